"""Two networks on the same ink."""
