"""What spoke for an answer."""
