"""What a document is given back as: pure functions from a page's values to a format."""
