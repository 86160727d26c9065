"""Windows, panels and widgets: they lay out, paint and emit intentions."""
