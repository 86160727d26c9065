"""Samples: sources, splits, augmentation."""
