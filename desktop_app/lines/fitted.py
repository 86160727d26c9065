"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""

LABEL = 1.14
CANDIDATE = (1.76, -7.45, 0.07, 0.32, -0.16, -4.91, -1.41)
TRANSITION = (-4.06, 0.74, 0.6)
CALIBRATION = (-0.03, 0.98)

ACCEPTANCE = (
    (0.990915, 0.212, 0.005),
    (0.964281, 0.5262, 0.01),
    (0.906679, 0.6758, 0.02),
    (0.767909, 0.8088, 0.05),
    (0.0, 1.0, 0.1255),
)
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
