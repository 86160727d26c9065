"""Curves of metrics over epochs, of one or several runs."""
