from __future__ import annotations

import pytest

from desktop_app.core.placement import IDENTITY, Placement


def test_pixel_is_mapped_by_scale_and_corner() -> None:
    assert Placement(2.0, 3.0, 10.0, -5.0).point(4, 1.5) == (18.0, -0.5)
    assert IDENTITY.point(4, 1.5) == (4, 1.5)


def test_placements_can_be_combined() -> None:
    inner, outer = Placement(2.0, 3.0, 10.0, -5.0), Placement(0.5, 0.25, 100.0, 7.0)
    assert inner.on(outer).point(3, 8) == pytest.approx(outer.point(*inner.point(3, 8)))
    assert inner.on(IDENTITY) == inner
