"""Runs: the table of all runs, and the comparison of some of them."""
