"""Probabilities of texts from the outputs of a line network.

The network gives each column of a line the probabilities of the labels and of no label. The probability of a
text is the sum over all ways to write its labels into the columns: connectionist temporal classification
(Graves, Fernández, Gomez and Schmidhuber, 2006). Probable texts are found by a search that keeps the most
probable beginnings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

Text: TypeAlias = tuple[int, ...]
"""Numbers of the labels of a text."""

ANY = -1
"""Stands for any label in a text."""

_KEPT_BEGINNINGS = 8
_LABELS_OF_COLUMN = 3
"""Most probable labels by which beginnings are extended at each column."""

_SURE_BLANK = -1e-4
"""Logarithm of the probability of no label from which a column extends no beginning."""


def log_probabilities(columns: Values, texts: Sequence[Text]) -> Values:
    """Return the logarithms of the probabilities of texts.

    Args:
        columns: (columns, labels + 1), logarithms of probabilities; the last is that of no label.
        texts: labels of each text; ANY for a label that does not matter.

    Returns:
        (texts,); -inf for texts with more labels than the columns can hold.
    """
    blank, longest = columns.shape[1] - 1, max(map(len, texts), default=0)
    # A text with a blank before, between and after its labels.
    states = np.full((len(texts), 2 * longest + 1), blank)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = text
    skips = np.zeros(states.shape, dtype=np.bool_)
    skips[:, 2:] = (states[:, 2:] != blank) & (states[:, 2:] != states[:, :-2])
    # Texts begin with a blank or a label: with a step or skip from a state before the first one.
    skips[:, 1:2] = True
    before = np.full((len(texts), 2 * longest + 3), -np.inf)
    before[:, 1] = 0.0
    any_label = np.logaddexp.reduce(columns[:, :blank], axis=1)
    for column in np.concatenate((columns, any_label[:, None]), axis=1):
        stay, step, skip = before[:, 2:], before[:, 1:-1], np.where(skips, before[:, :-2], -np.inf)
        before[:, 2:] = np.logaddexp(np.logaddexp(stay, step), skip) + column[states]
        before[:, 1] = -np.inf
    rows = np.arange(len(texts))
    last = np.array([2 * len(text) for text in texts], dtype=np.int64) + 2
    probabilities: Values = np.logaddexp(before[rows, last], before[rows, last - 1])
    return probabilities


def probable_texts(columns: Values, most: int) -> tuple[Text, ...]:
    """Return probable texts, the most probable first; at most this number.

    Args:
        columns: (columns, labels + 1), logarithms of probabilities; the last is that of no label.
        most: largest number of texts.
    """
    blank = columns.shape[1] - 1
    labels = np.argsort(-columns[:, :blank], axis=1, kind="stable")[:, :_LABELS_OF_COLUMN].tolist()
    # Logarithms of the probabilities that a beginning ends with a blank, and with its last label.
    beginnings: dict[Text, tuple[float, float]] = {(): (0.0, -math.inf)}
    for of_column, values in zip(labels, columns.tolist(), strict=True):
        none = values[blank]
        if none > _SURE_BLANK:
            beginnings = {text: (_log_add(*ends) + none, -math.inf) for text, ends in beginnings.items()}
            continue
        extended: dict[Text, tuple[float, float]] = {}
        for text, (with_blank, with_label) in beginnings.items():
            total = _log_add(with_blank, with_label)
            _add(extended, text, total + none, with_label + values[text[-1]] if text else -math.inf)
            for label in of_column:
                reached = with_blank if text and text[-1] == label else total
                _add(extended, (*text, label), -math.inf, reached + values[label])
        kept = sorted(extended.items(), key=lambda item: -_log_add(*item[1]))
        beginnings = dict(kept[:_KEPT_BEGINNINGS])
    ranked = sorted(beginnings.items(), key=lambda item: -_log_add(*item[1]))
    return tuple(text for text, _ in ranked[:most])


def _add(
    beginnings: dict[Text, tuple[float, float]], text: Text, with_blank: float, with_label: float
) -> None:
    blank, label = beginnings.get(text, (-math.inf, -math.inf))
    beginnings[text] = _log_add(blank, with_blank), _log_add(label, with_label)


def _log_add(first: float, second: float) -> float:
    """Return the logarithm of the sum of two probabilities from their logarithms."""
    least, most = (first, second) if first < second else (second, first)
    return most if least == -math.inf else most + math.log1p(math.exp(least - most))
