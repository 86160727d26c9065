"""The canvas: ink input and display."""
