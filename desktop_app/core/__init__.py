"""Plain values: ink, undo history, readings, training events."""
