"""Names by which arrays of images and labels are recognized."""

from __future__ import annotations

import re
from collections.abc import Iterable

PAIRS = (("x_train", "y_train"), ("x", "y"), ("x_val", "y_val"), ("x_test", "y_test"))
"""Names of the images and labels of each part, in the order of the samples."""

_KINDS = (
    ("y", {"y", "label", "labels", "target", "targets", "class", "classes"}),
    ("x", {"x", "image", "images", "img", "imgs", "pixels", "patterns", "inputs"}),
    ("x", {"data", "features"}),
)
"""Words for labels and images; earlier ones decide."""
PART_WORDS = {
    "train": "_train",
    "training": "_train",
    "val": "_val",
    "valid": "_val",
    "validation": "_val",
    "test": "_test",
    "testing": "_test",
}
"""Words for parts, and the ends of their names in `PAIRS`."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_GLUED = re.compile(r"([xy])(train|val|valid|test)")


def known_names(names: Iterable[str]) -> list[dict[str, str]]:
    """Group names that differ only in their part and kind, e.g. emnist_train_images and emnist_test_labels.

    Returns:
        For each group the names by those in `PAIRS`; larger groups first. Of several names for the same array
        the first is used.
    """
    groups: dict[tuple[str, ...], dict[str, str]] = {}
    for name in names:
        if (found := known_name(name)) is not None:
            known, rest = found
            group = groups.setdefault(rest, {})
            group.setdefault(known, name)
    return sorted(groups.values(), key=len, reverse=True)


def known_name(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return the name in `PAIRS` for a name such as X_train, trainLabels or dataset.test.images.

    Returns:
        The name in `PAIRS`, and the other words of the name; None if it is not one of images or labels.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    words = [part for word in words for part in _split_glued(word)]
    kind, word = next(((kind, word) for kind, known in _KINDS for word in words if word in known), ("", ""))
    if not kind:
        return None
    words.remove(word)
    part = next((word for word in words if word in PART_WORDS), None)
    if part is not None:
        words.remove(part)
    return kind + PART_WORDS.get(part or "", ""), tuple(words)


def _split_glued(word: str) -> tuple[str, ...]:
    """Return x and train for xtrain."""
    match = _GLUED.fullmatch(word)
    return (word,) if match is None else match.groups()
