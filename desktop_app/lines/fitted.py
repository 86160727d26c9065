"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""

LABEL = 1.35
CANDIDATE = (0.89, -5.44, 1.31, -2.14, -1.9, -6.8, -1.73)
TRANSITION = (-3.31, -0.61, -0.43)
CALIBRATION = (0.35, 0.91)

ACCEPTANCE = (
    (0.990516, 0.2371, 0.01),
    (0.966016, 0.4435, 0.02),
    (0.725272, 0.8315, 0.05),
    (0.0, 1.0, 0.1254),
)
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
