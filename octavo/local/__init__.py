"""The whole stack on one machine from pip alone: servers, processes, and who keeps them running.

Everything lives under one directory (``.octavo``): data, logs, secrets, the lock. Nothing outside
it is changed.
"""
