"""What a document's pages become for those who asked: a module a format.

A renderer takes the document's head and its pages as an iterator and yields pieces of bytes: what
it holds at a time is a page, never the document. It reads no file and asks no server.
"""
