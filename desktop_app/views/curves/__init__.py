"""Curves over epochs: how a run goes, or how several went."""
