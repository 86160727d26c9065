"""What a network is for: readings, evaluation."""
