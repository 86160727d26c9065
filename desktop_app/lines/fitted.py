"""Numbers fitted to texts by many writers; `tests/benchmarks/fit_lines.py --write` writes this file."""

LABEL = 1.41
CANDIDATE = (0.69, -5.08, 1.41, -2.27, -1.91, -6.53, -1.64)
TRANSITION = (-3.19, -0.57, -0.44)
CALIBRATION = (-0.22, 0.9)

# Smallest confidence, share of accepted texts, share of wrong texts among them.
ACCEPTANCE = ((0.98, 0.72, 0.01),)
