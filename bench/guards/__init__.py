"""How well the cleanup's guards tell damage from correction, and what they cost.

`python -m bench.guards` needs no model: an adversary damages answers in every way it knows, a
careful corrector mends what an engine misread, and both are judged.
"""
