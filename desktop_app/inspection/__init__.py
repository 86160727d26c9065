"""Images of what is inside a network: feature maps, filters, attributions. NumPy only."""
