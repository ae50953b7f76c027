"""What is remembered: rows in Postgres and every legal change to them; objects in S3.

A function here takes an open `Session`, changes rows by compare-and-set, and returns what moved.
It never commits: the caller owns the transaction and records the moves in the same one
(`outbox.record`), so a state and the event that tells of it stand or fall together.
"""
