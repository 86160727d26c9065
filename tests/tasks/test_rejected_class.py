"""Tests of the name of the class for "none of the labels"."""

from __future__ import annotations

import pytest

from desktop_app.tasks.rejected_class import rejected_class
from desktop_app.tasks.task import DIGITS


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (DIGITS, "not a digit"),
        (("A", "B"), "not a capital letter"),
        (("a", "b"), "not a small letter"),
        (("A", "b"), "not a letter"),
        (("A", "7"), "not a character"),
        (("+", "-"), "not a character"),
        (("cat", "dog"), "none of the labels"),
        ((), "none of the labels"),
    ],
)
def test_class_is_named_after_the_labels(labels, name):
    assert str(rejected_class(labels)) == name
