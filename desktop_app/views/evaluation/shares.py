"""Texts of fractions and counts; only exact fractions are shown as 0 or 100 %."""

from __future__ import annotations

_MANY = 1000
"""Number of samples from which hundredths of a percent are significant."""


def percent(share: float, count: int) -> str:
    """Return a fraction in percent, e.g. "99.24" of thousands and "97.5" of hundreds of samples.

    Args:
        share: fraction, 0..1.
        count: number of samples.
    """
    if share in (0.0, 1.0):
        return f"{100 * share:.0f}"
    decimals = 2 if count >= _MANY else 1
    while float(text := f"{100 * share:.{decimals}f}") in (0.0, 100.0) and decimals < 6:
        decimals += 1
    return text


def compact(count: int) -> str:
    """Return a count in at most four characters, e.g. "987", "1.2k" or "12k"."""
    if count < _MANY:
        return f"{count}"
    thousands = count / _MANY
    return f"{thousands:.1f}k" if thousands < 9.95 else f"{thousands:.0f}k"


def of_hundred(share: float) -> str:
    """Return how many of 100, e.g. "97", "99.6" or "0.3"."""
    number = 100 * share
    if share in (0.0, 1.0) or 1 <= number <= 99:
        return f"{number:.0f}"
    if number < 0.05:
        return "<0.1"
    return ">99.9" if number > 99.95 else f"{number:.1f}"
