"""The answer over ink time."""
