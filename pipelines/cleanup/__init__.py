"""What a model may do to a page's text, decided without any model.

Pure functions: the prompt from a template and a page, the verdict on an answer, the words of an
accepted answer back in their boxes, the difference for people. Whoever calls the model, pays for it
and keeps its answers stands elsewhere.
"""
