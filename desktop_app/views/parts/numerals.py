"""Numbers as text, with a minus sign instead of a hyphen."""

from __future__ import annotations

import math

from desktop_app.tasks.metric import Metric
from desktop_app.views.parts.messages import translated

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
ARROW = "\N{RIGHTWARDS ARROW}"

_MOST_DECIMALS = 4


def numeral(value: float, digits: int = 4) -> str:
    """Return a number with so many significant digits, e.g. "0.4127".

    A number below 1 has up to two more before it is rounded to 1: it may be a probability.
    """
    return f"{value:.{_digits(value, digits)}g}".replace("-", MINUS) if value else "0"


def rounded_numeral(value: float, digits: int) -> str:
    """Return a number rounded to 1 to 4 significant digits, without an exponent up to 9999, e.g. "1200"."""
    return numeral(float(f"{value:.{_digits(value, digits)}g}"))


def _digits(value: float, digits: int) -> int:
    """Return how many significant digits to show."""
    is_rounded_to_one = abs(value) < 1 and abs(float(f"{value:.{digits}g}")) == 1
    return digits + 2 if is_rounded_to_one else digits


def decimals_for(extreme: float) -> int:
    """Return the decimals for numbers up to an extreme: 2 around 1, fewer above, more below."""
    if not 0 < extreme < math.inf:
        return 2
    return min(max(1 - math.floor(math.log10(extreme)), 2 if extreme < 10 else 0), _MOST_DECIMALS)


def with_decimals(value: float, decimals: int) -> str:
    """Return a number with so many decimals; zero is "0"."""
    if value == 0:
        return "0"
    if not math.isfinite(value) or abs(value) >= 1e5:
        return f"{value:.2g}".replace("-", MINUS)
    text = f"{value:.{decimals}f}"
    # No minus before what is rounded to zero.
    return text.replace("-", MINUS) if float(text) else text.lstrip("-")


def metric_text(metric: Metric, value: float) -> str:
    """Return a value of a metric: shares in per cent, e.g. "97.66 %", other values as "0.0812"."""
    return f"{100 * value:.2f} %" if metric.is_share else numeral(value)


def metric_words(metric: Metric, value: float) -> str:
    """Return a metric within a sentence, e.g. "accuracy 97.66 %"."""
    title = translated(metric.title)
    if title[1:2].islower():
        title = title[:1].lower() + title[1:]
    return f"{title} {metric_text(metric, value)}"
