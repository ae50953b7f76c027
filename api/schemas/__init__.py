"""Bodies and parameters, read and written by marshmallow and described in the OpenAPI document.

Every field says what it means, in which unit, with an example.
"""
