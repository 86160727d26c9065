"""First steps: a window that slides over a few numbers, to play with."""
