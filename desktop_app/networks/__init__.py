"""Networks: layer kinds, graphs, model folders, LiteRT."""
