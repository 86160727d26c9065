"""Datasets, architectures, augmentation, recipes, fit and export: the only room that knows Keras."""
