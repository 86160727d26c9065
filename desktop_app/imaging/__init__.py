"""Ink and image files to model input: rasterize, load, normalize."""
