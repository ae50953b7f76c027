"""The frame around the rooms: settings, telemetry, the command line and the local stack."""

from importlib.metadata import version

__version__ = version("octavo")
