"""Tests of the patterns of the case of words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from desktop_app.lines.case_patterns import case_probability, cheapest_case

ALL = np.ones(3, np.bool_)


def costs_of(word: str, doubt: float = 3.0) -> np.ndarray:
    """Return costs of letters that look like capitals or small letters; ? looks like neither."""
    other = {"A": (0.0, doubt), "a": (doubt, 0.0), "?": (0.0, 0.0)}
    return np.array([other[letter] for letter in word])


def flags(word: str) -> np.ndarray:
    return np.array([letter == "a" for letter in word])


@pytest.mark.parametrize(
    ("seen", "expected"),
    [("AAA", "AAA"), ("aaa", "aaa"), ("Aaa", "Aaa"), ("A?A", "AAA"), ("??a", "aaa"), ("AaA", "AAA")],
)
def test_word_gets_the_pattern_that_it_contradicts_least(seen: str, expected: str) -> None:
    ((cost,), (is_small,)) = cheapest_case(costs_of(seen)[None])
    assert is_small.tolist() == flags(expected).tolist()
    assert cost == pytest.approx(3.0 if seen == "AaA" else 0.3 if expected == "Aaa" else 0.0)


def test_letter_that_contradicts_its_word_much_keeps_its_case() -> None:
    _, (is_small,) = cheapest_case(costs_of("AaA", 4.0)[None])
    assert is_small.tolist() == flags("AaA").tolist()


def test_probabilities_of_all_cases_add_up_to_one() -> None:
    costs = np.random.default_rng(1).uniform(0, 3, (3, 2))
    found = [
        case_probability(costs, np.array(small), ALL) for small in itertools.product([False, True], repeat=3)
    ]
    assert sum(together for together, _ in found) == pytest.approx(1.0)
    # The probability of a letter is that of all words with it in its case.
    of_first = sum(
        together
        for (together, _), small in zip(found, itertools.product([0, 1], repeat=3), strict=True)
        if small[0]
    )
    assert found[-1][1][0] == pytest.approx(of_first)


def test_clear_words_are_sure_and_doubtful_ones_are_not() -> None:
    clear, _ = case_probability(costs_of("AAA", 4.0), flags("AAA"), ALL)
    doubtful, each = case_probability(costs_of("???"), flags("AAA"), ALL)
    assert clear > 0.98
    assert 0.3 < doubtful < 0.5
    assert each.max() < 0.7


def test_letters_of_one_form_are_sure() -> None:
    together, each = case_probability(np.zeros((3, 2)), flags("AAA"), np.zeros(3, np.bool_))
    assert together == pytest.approx(1.0)
    assert each.tolist() == [1.0, 1.0, 1.0]


def test_word_without_letters_is_sure() -> None:
    together, each = case_probability(np.zeros((0, 2)), np.zeros(0, np.bool_), np.zeros(0, np.bool_))
    assert together == pytest.approx(1.0)
    assert each.shape == (0,)
