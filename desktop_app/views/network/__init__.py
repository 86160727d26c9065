"""The network that a recipe describes: where to begin, its layers, its summary, its picture."""
