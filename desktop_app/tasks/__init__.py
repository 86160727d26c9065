"""Tasks of networks: preparation, augmentation, readings and evaluation."""
