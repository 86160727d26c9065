"""Numbers fitted to words, written by `tests/benchmarks/fit_lines.py --words --write`."""

LABEL = 1.45
CANDIDATE = (-1.1, -3.19, -2.98, -7.13, -4.07, -4.92, -2.75)
TRANSITION = (-3.1, -2.57, -1.31)
CALIBRATION = (-1.25, 0.94)
