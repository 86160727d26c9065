"""The way out of a run that was asked to end before there was anything to keep."""

from __future__ import annotations


class Stopped(Exception):
    """The run was asked to stop before learning began, or to leave nothing behind."""
