"""The searchable PDF: the original with an invisible layer of the text that was read.

`layer` writes that text as page content, `glyphless` is its font, `book` makes PDF pages of image
files, `hidden` takes out older invisible text, `shown` leaves out what the page says itself, and
`searchable` puts it together in a confined child.
"""
