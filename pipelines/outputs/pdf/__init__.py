"""The searchable PDF: the original with an invisible layer of the text that was read.

`layer` writes that text as page content, `glyphless` is its font, `images` makes PDF pages of image
files, `hidden` takes out older invisible text, `searchable` puts it together in a confined child.
"""
