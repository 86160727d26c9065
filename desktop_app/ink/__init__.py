"""Ink and image files: strokes, pages, rasterization, ink detection, normalization."""
