"""Reads handwriting while it is being written, and shows how the network came to its answer."""

__version__ = "0.1.0"
