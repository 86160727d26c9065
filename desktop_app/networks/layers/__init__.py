"""Layer kinds: options, shapes, forward and backward computation and explanation. Numpy only."""
