"""Numbers fitted to texts by many writers, written by `tests/benchmarks/fit_lines.py --write`."""

LABEL = 1.14
CANDIDATE = (2.0, -6.14, 0.12, -0.1, 0.8, -6.63, -1.6, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
TRANSITION = (-4.36, 1.02, 0.37, 0.0, 0.0, 0.0)
HIDDEN = (
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
    (0.0,),
)
OUTPUT = (0.0,)
CALIBRATION = (0.1, 0.88)

ACCEPTANCE = (
    (0.982533, 0.35, 0.005),
    (0.963954, 0.5062, 0.01),
    (0.915231, 0.6517, 0.02),
    (0.74141, 0.8188, 0.05),
    (0.0, 1.0, 0.1155),
)
"""Smallest confidence, share of texts accepted, and largest share of wrong ones among them."""
