"""Samples of data sources: reading, split and augmentation of ink."""
