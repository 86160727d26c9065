"""Samples: choosing them, and a wall of what a layer answers to many."""
