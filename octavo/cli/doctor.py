"""``octavo doctor``: what is here, what is missing, and how to get it."""
