"""Where the words of a page stand: their reading order, their lines, and the blocks these form.

Pure geometry on word boxes: it reads no pixels and knows no engine. `arrange.arranged` is the way
in; `frame` turns the page upright, `order` finds the order, `blocks` groups its lines.
"""
