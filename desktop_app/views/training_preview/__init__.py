"""A network while it is trained: its answer to the drawing, and its filters as they take shape."""
