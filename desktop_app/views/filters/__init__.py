"""Filters in three forms: their weights, inputs and samples that excite them."""
