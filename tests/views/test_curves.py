from __future__ import annotations

import csv
import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from desktop_app.views.curves.curve import (
    ACCURACY,
    LOSS,
    RATE,
    Curve,
    epoch_ticks,
    span,
    table_of,
    thinned,
    ticks,
)
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.plot import PlotLook, load, scale_text, style_of
from desktop_app.views.parts.theme import DARK, LIGHT, palette_of

Curves = tuple[list[Curve], list[Curve], Curve]


@pytest.fixture(autouse=True, scope="module")
def _letters_are_found() -> None:
    """Where matplotlib has never run it looks at every font, longer than a thread may take in a test."""
    load()


def curve(name: str, y: list[float], kind: str = "training", *, strong: bool = True, group: int = 0) -> Curve:
    x = np.arange(1, len(y) + 1, dtype=np.float64)
    return Curve(name, name.title(), x, np.array(y, dtype=np.float64), kind, strong, group)  # type: ignore[arg-type]


def a_run(epochs: int = 6) -> Curves:
    """Curves of a run whose validation was best after epoch 4."""
    loss = [1 / epoch for epoch in range(1, epochs + 1)]
    worse = [abs(epoch - 4) * 0.1 + 0.2 for epoch in range(1, epochs + 1)]
    x = np.linspace(0.01, epochs, 60)
    batches = Curve("batch", "By batch", x, 1.5 / x**0.3, "training", is_strong=False)
    losses = [batches, curve("training", loss), curve("validation", worse, "validation")]
    accuracies = [
        curve("training", [0.9 + 0.01 * epoch for epoch in range(epochs)]),
        curve("validation", [0.92 + 0.01 * epoch for epoch in range(epochs)], "validation"),
    ]
    return losses, accuracies, Curve("rate", "Learning rate", x, np.full(60, 1e-3), "rate")


@pytest.fixture
def view(qtbot: QtBot) -> CurvesView:
    """A view that shows a run of six epochs out of ten."""
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.set_epochs(10)
    made.set_curves(*a_run())
    made.set_best({"validation": 4})
    made.show()
    qtbot.waitUntil(lambda: made._behind is not None)
    return made


def picture(view: CurvesView) -> QImage:
    view._pace.stop()
    view._draw()
    return view._stage.grab().toImage()


def differ(one: QImage, other: QImage) -> bool:
    return one != other


# ------------------------------------------------------------------------------------ plain values


@given(
    y=arrays(np.float64, st.integers(1, 400), elements=st.floats(-100, 100)),
    columns=st.integers(1, 60),
)
def test_thinned_curves_have_few_points_and_the_same_extremes(y: np.ndarray, columns: int) -> None:
    x = np.linspace(0, 7, len(y))
    thin_x, thin_y = thinned(x, y, columns)
    assert len(thin_x) == len(thin_y) <= max(2 * columns, 1)
    assert (thin_y.min(), thin_y.max()) == (y.min(), y.max())
    assert np.all(np.diff(thin_x) >= 0)
    assert thin_x[0] == x[0]


def test_gaps_do_not_hide_what_stands_beside_them() -> None:
    y = np.tile([1.0, np.nan, 3.0, 2.0], 50)
    _, thin = thinned(np.arange(200.0), y, 10)
    assert np.isfinite(thin).all()
    assert thin.max() == 3


@pytest.mark.parametrize(
    ("plot", "values", "is_log", "expected"),
    [
        (LOSS, [2.2, 0.4, 0.11], False, (0, 3)),
        (LOSS, [2.2, 0.4, 0.11], True, (0.1, 3)),
        (LOSS, [0.021, 0.02], False, (0, 0.03)),
        (RATE, [1e-3, 1e-3], False, (0, 1e-3)),
        (LOSS, [0.5, 0.5], True, (0.05, 0.5)),
        (LOSS, [float("nan")], False, (0, 1)),
        (LOSS, [0.0, 0.0], True, (0.1, 1)),
        (ACCURACY, [0.1, 0.97], False, (0, 1)),
        (ACCURACY, [0.93, 0.99], False, (0.9, 1)),
        (ACCURACY, [0.9991, 1.0], False, (0.999, 1)),
        (ACCURACY, [], False, (0, 1)),
    ],
)
def test_ranges_are_round(
    plot: str, values: list[float], is_log: bool, expected: tuple[float, float]
) -> None:
    found = span(plot, [curve("training", values)], is_log)  # type: ignore[arg-type]
    assert found == pytest.approx(expected)


def test_single_batches_far_out_do_not_decide_on_the_range() -> None:
    batches = curve("batch", [0.5] * 200 + [40.0], strong=False)
    assert span(LOSS, [batches, curve("training", [0.4])], False) == (0, 0.5)


@given(low=st.floats(1e-6, 10), factor=st.floats(2, 1e4))
def test_scales_have_few_numbers_within_their_range(low: float, factor: float) -> None:
    for is_log in (False, True):
        found = ticks(low, low * factor, is_log)
        assert len(found) <= 9
        assert all(low * 0.99 <= value <= low * factor * 1.01 for value in found)
        assert list(found) == sorted(set(found))


@given(last=st.floats(1, 10_000), most=st.integers(2, 7))
def test_a_few_whole_epochs_are_named(last: float, most: int) -> None:
    found = epoch_ticks(last, most)
    assert found[0] == 0
    assert len(found) <= most
    assert found[-1] <= last


def test_numbers_of_scales_are_short() -> None:
    assert scale_text(ACCURACY, 0.995) == "99.5 %"
    assert scale_text(RATE, 0.00025) == "2.5e\N{MINUS SIGN}4"
    assert scale_text(RATE, 0.02) == "0.02"
    assert scale_text(LOSS, 0.05) == "0.05"


def test_a_table_has_a_row_for_each_place_and_a_column_for_each_curve() -> None:
    batches = Curve("batch", "By batch", np.array([0.5, 1.0]), np.array([2.0, 1.5]))
    epochs = curve("validation", [1.25, float("nan")], "validation")
    rows = list(csv.reader(io.StringIO(table_of({LOSS: [batches, epochs], ACCURACY: []}))))
    assert rows == [
        ["epoch", "loss: By batch", "loss: Validation"],
        ["0.5", "2", ""],
        ["1", "1.5", "1.25"],
        ["2", "", ""],
    ]


def test_no_two_lines_differ_by_colour_alone() -> None:
    look = PlotLook(groups=("#111111", "#222222", "#333333"))
    lines = [
        curve("training", [1.0]),
        curve("validation", [1.0], "validation"),
        curve("batch", [1.0], strong=False),
        *(curve(f"run {group}", [1.0], "validation", group=group) for group in range(1, 7)),
    ]
    styles = [style_of(line, look) for line in lines]
    told = {(str(s["linestyle"]), s.get("marker"), s["linewidth"]) for s in styles}
    assert len(told) == len(lines)


# ------------------------------------------------------------------------------------------- drawing


def test_nothing_is_imported_before_there_is_something_to_see(qtbot: QtBot) -> None:
    made = CurvesView()
    qtbot.addWidget(made)
    made.set_hint("Nothing yet.")
    made.show()
    assert made._loading is None
    assert not made._pace._timer.isActive()
    assert made._hint.isVisible()
    assert made._hint.text() == "Nothing yet."
    assert made.numbers() == {}


def test_curves_are_drawn_and_follow(view: CurvesView) -> None:
    before = picture(view)
    losses, accuracies, rate = a_run(7)
    view.set_curves(losses, accuracies, rate)
    assert differ(picture(view), before)


def test_only_lines_are_drawn_anew_while_ranges_stay(view: CurvesView) -> None:
    picture(view)
    behind = view._behind
    view.set_curves(*a_run(7))
    picture(view)
    assert view._behind is behind
    view.set_log(True)
    picture(view)
    assert view._behind is not behind


def test_what_is_hidden_draws_nothing_until_it_is_seen(qtbot: QtBot, view: CurvesView) -> None:
    picture(view)
    view.hide()
    drawn: list[int] = []
    assert view._plot is not None
    arrange = view._plot.arrange

    def counted(*arguments: object) -> bool:
        drawn.append(1)
        return arrange(*arguments)  # type: ignore[arg-type]

    view._plot.arrange = counted  # type: ignore[method-assign, assignment]
    for epochs in range(2, 7):
        view.set_curves(*a_run(epochs))
    assert drawn == []
    assert not view._pace._timer.isActive()
    view.show()
    qtbot.waitUntil(lambda: bool(drawn))


def test_many_changes_are_few_drawings(qtbot: QtBot, view: CurvesView) -> None:
    view._pace.stop()
    drawn: list[int] = []
    view._pace.due.connect(lambda: drawn.append(1))
    for _ in range(50):
        view.set_curves(*a_run())
    assert len(drawn) == 1
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert not view._pace._waits


def test_the_best_epoch_is_marked(view: CurvesView) -> None:
    marked = picture(view)
    view.set_best({})
    assert differ(picture(view), marked)


def test_a_new_palette_is_worn_at_once(view: CurvesView) -> None:
    view.setPalette(palette_of(LIGHT))
    light = picture(view)
    view.setPalette(palette_of(DARK))
    dark = picture(view)
    corner = QPoint(2, 2)
    assert light.pixelColor(corner).name() == LIGHT.window
    assert dark.pixelColor(corner).name() == DARK.window


@pytest.mark.parametrize("size", [(1200, 300), (420, 600), (420, 260), (250, 180)])
def test_plots_stand_where_there_is_room(view: CurvesView, size: tuple[int, int]) -> None:
    view.resize(*size)
    picture(view)
    assert view._plot is not None
    area = view._stage.rect()
    assert {LOSS, ACCURACY} <= {place.plot for place in view._plot.places}
    for place in view._plot.places:
        assert place.left + place.width <= area.width()
        assert place.top + place.height <= area.height()


# ------------------------------------------------------------------------------------- what one does


def test_the_mouse_reads_off_all_curves(view: CurvesView) -> None:
    place = view._overlay._places[0]
    before = view._stage.grab().toImage()
    QTest.mouseMove(view._overlay, QPoint(round(place.x_of(4.1)), round(place.top + 20)))
    found = view.readout()
    assert found is not None
    assert found.epoch == 4
    assert found.heads == ("Epoch 4", "Loss", "Accuracy")
    assert ("Training", "0.25", "93.00 %") in found.rows
    assert ("Validation", "0.2", "95.00 %") in found.rows
    assert ("Learning rate", "0.001", "") in found.rows
    assert "Validation: Loss 0.2, Accuracy 95.00 %" in view._overlay.accessibleDescription()
    assert differ(view._stage.grab().toImage(), before)
    QTest.mouseMove(view._overlay, QPoint(2, 2))
    assert view.readout() is None


def test_keys_go_from_epoch_to_epoch(qtbot: QtBot, view: CurvesView) -> None:
    view._overlay.setFocus()
    seen = []
    keys = (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Escape)
    for key in keys:
        QTest.keyClick(view._overlay, key)
        found = view.readout()
        seen.append(None if found is None else found.epoch)
    assert seen == [1, 2, 3, 2, None]


def entry(view: CurvesView, text: str) -> QCheckBox:
    (found,) = [box for box in view.findChildren(QCheckBox) if box.text() == text]
    return found


def test_legend_entries_hide_their_curves_in_all_plots(view: CurvesView) -> None:
    before = picture(view)
    QTest.mouseClick(entry(view, "Training"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert differ(picture(view), before)
    found = view._readout_at(4)
    assert found is not None
    assert [row[0] for row in found.rows] == ["By batch", "Validation", "Learning rate"]
    view.set_curves(*a_run(6))
    assert not entry(view, "Training").isChecked()
    QTest.keyClick(entry(view, "Training"), Qt.Key.Key_Space)
    assert not differ(picture(view), before)


def test_the_scale_is_the_users_choice(qtbot: QtBot, view: CurvesView) -> None:
    linear = picture(view)
    with qtbot.waitSignal(view.log_changed) as changed:
        QTest.mouseClick(entry(view, "Log scale"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert changed.args == [True]
    assert differ(picture(view), linear)


# ---------------------------------------------------------------------------------------- taken away


def test_curves_are_saved_as_picture_drawing_and_table(view: CurvesView) -> None:
    view.resize(420, 500)
    image = QImage.fromData(view.saved("png"))
    assert image.width() >= 2400
    drawing = view.saved("svg")
    assert b"Accuracy" in drawing
    assert drawing == view.saved("svg")
    rows = view.saved("csv").decode().splitlines()
    assert rows[0].startswith("epoch,loss: By batch,loss: Training")
    assert set(view.numbers()) >= {"loss: Training", "accuracy: Validation", "rate: Learning rate"}


def test_saving_leaves_the_view_as_it_was(view: CurvesView) -> None:
    before = picture(view)
    view.saved("svg")
    view.saved("png")
    assert not differ(picture(view), before)


def test_without_matplotlib_it_says_what_to_install(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.set_curves(*a_run())
    qtbot.waitUntil(lambda: "install handwriting[training]" in made._hint.text())
    assert made._hint.isVisible()
