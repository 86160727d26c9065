"""Kinds of labels: the characters of a line are mostly digits, capitals or small letters, rarely mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_COST = 3.0
"""What a label of another kind costs on a path, as a logarithm of probability."""


def kind_costs(labels: Sequence[str], pairs: Mapping[str, str]) -> NDArray[np.float64]:
    """Return what each label costs in a line of each kind.

    Args:
        labels: labels of a network.
        pairs: small letter of each capital that is the label of both.

    Returns:
        (kinds, labels); one kind without costs if the labels are of one kind.
    """
    is_of_kind = np.array(
        [
            [label.isdecimal() for label in labels],
            [label.isupper() for label in labels],
            [label.islower() or label in pairs for label in labels],
        ]
    )
    kinds = is_of_kind[is_of_kind.any(axis=1) & ~is_of_kind.all(axis=1)]
    costs: NDArray[np.float64] = np.where(kinds, 0.0, _COST)
    return costs if len(kinds) > 1 else np.zeros((1, len(labels)))
