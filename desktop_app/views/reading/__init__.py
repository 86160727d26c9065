"""The answer, how far to trust it, and how it came about."""
