"""Functions in background threads of a Qt program: requests, short jobs and long jobs."""
