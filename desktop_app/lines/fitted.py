"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""

LABEL = 1.27
CANDIDATE = (1.24, -6.48, 0.08, -1.72, 0.28, -3.98, -1.07)
TRANSITION = (-3.34, 0.56, -0.52)
CALIBRATION = (0.12, 0.82)

ACCEPTANCE = (
    (0.99134, 0.2203, 0.005),
    (0.956671, 0.5436, 0.01),
    (0.917658, 0.6559, 0.02),
    (0.761355, 0.8196, 0.05),
    (0.0, 1.0, 0.1139),
)
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
