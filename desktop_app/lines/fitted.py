"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""

LABEL = 1.41
CANDIDATE = (0.69, -5.08, 1.41, -2.27, -1.91, -6.53, -1.64)
TRANSITION = (-3.19, -0.57, -0.44)
CALIBRATION = (-0.22, 0.9)

ACCEPTANCE = ((0.98, 0.72, 0.01),)
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
