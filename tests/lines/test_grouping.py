"""Tests of the grouping of digits for display."""

from __future__ import annotations

import pytest

from desktop_app.lines.grouping import GROUPINGS, THIN_SPACE, grouped


@pytest.mark.parametrize(
    ("style", "text", "shown"),
    [
        ("written", "01 71", "01 71"),
        ("phone", "0171 2026", "0171 2026"),
        ("phone", "0171202648", "0171 202 648"),
        ("phone", "030 1234567", "030 123 4567"),
        ("phone", "112", "112"),
        ("date", "11072026", "11.07.2026"),
        ("date", "2026 07 11", "2026-07-11"),
        ("date", "110726", "11.07.26"),
        ("date", "99999999", "99999999"),
        ("date", "1107", "1107"),
        ("amount", "1234567", f"12{THIN_SPACE}345.67"),
        ("amount", "123 45", "123.45"),
        ("amount", "45", "45"),
        ("amount", "AB 12", "AB 12"),
    ],
)
def test_digits_are_grouped(style, text, shown):
    assert grouped(text, style) == shown


def test_every_style_keeps_the_digits():
    for style in GROUPINGS:
        for length in range(1, 13):
            text = "2026071112345"[:length]
            assert [c for c in grouped(text, style) if c.isdigit()] == list(text)
