"""Curves: plain values, drawing, and exported files."""

from __future__ import annotations

import csv
import io
import sys
import threading
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider
from pytestqt.qtbot import QtBot

from desktop_app.core.installation import install_advice
from desktop_app.tasks.metric import ACCURACY, LOSS, PSNR, Metric
from desktop_app.views.curves.axes import scale_text, set_ranges
from desktop_app.views.curves.curve import (
    LEARNING_RATE,
    Curve,
    Mark,
    PlotData,
    Span,
    fitted,
    last_epoch,
    shown_epochs,
    smoothed,
    subspan,
    table_of,
    thinned,
)
from desktop_app.views.curves.curves_view import CurvesView
from desktop_app.views.curves.plot import CurvePlot, PlotState
from desktop_app.views.curves.plot_style import PlotStyle, line_style
from desktop_app.views.curves.readout import readout_at
from desktop_app.views.curves.zoom import Ranges, Zoom, zoomed_fractions
from desktop_app.views.parts.theme import DARK, LIGHT, palette_of
from tests.views.curves.curve_views import PATIENCE, a_run, at, curve, drag, entry, picture, shown_x

SIZE = (900, 260)
WHOLE = Ranges(LOSS, (0.0, 8.0), (0.1, 10.0), (0.0, 8.0), (0.1, 10.0), is_log=True)


# ------------------------------------------------------------------------------------ plain values


@given(
    y=arrays(np.float64, st.integers(1, 400), elements=st.floats(-100, 100)),
    columns=st.integers(1, 60),
)
def test_thinned_curves_keep_extremes(y: np.ndarray, columns: int) -> None:
    x = np.linspace(0, 7, len(y))
    thin_x, thin_y = thinned(x, y, columns)
    assert len(thin_x) == len(thin_y) <= max(2 * columns, 1)
    assert (thin_y.min(), thin_y.max()) == (y.min(), y.max())
    assert np.all(np.diff(thin_x) >= 0)
    assert thin_x[0] == x[0]


def test_thinning_keeps_values_beside_gaps() -> None:
    y = np.tile([1.0, np.nan, 3.0, 2.0], 50)
    _, thin = thinned(np.arange(200.0), y, 10)
    assert np.isfinite(thin).all()
    assert thin.max() == 3


@given(
    y=arrays(np.float64, st.integers(0, 200), elements=st.floats(-100, 100)),
    weight=st.floats(0, 0.99),
    gap=st.integers(0, 200),
)
def test_smoothing_is_that_of_tensorboard(y: np.ndarray, weight: float, gap: int) -> None:
    if len(y):
        y[gap % len(y)] = np.nan
    last, count, expected = 0.0, 0, []
    for value in y:
        if np.isfinite(value):
            count += 1
            last = last * weight + (1 - weight) * value
        expected.append(last / (1 - weight**count) if np.isfinite(value) else np.nan)
    np.testing.assert_allclose(smoothed(y, weight), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("metric", "values", "is_log", "expected"),
    [
        (LOSS, [2.2, 0.4, 0.11], False, (0, 3)),
        (LOSS, [2.2, 0.4, 0.11], True, (0.1, 3)),
        (LOSS, [0.021, 0.02], False, (0, 0.03)),
        (LEARNING_RATE, [1e-3, 1e-3], False, (0, 1e-3)),
        (LOSS, [0.5, 0.5], True, (0.05, 0.5)),
        (LOSS, [float("nan")], False, (0, 1)),
        (LOSS, [0.0, 0.0], True, (0.1, 1)),
        (ACCURACY, [0.1, 0.97], False, (0, 1)),
        (ACCURACY, [0.93, 0.99], False, (0.9, 1)),
        (ACCURACY, [0.9991, 1.0], False, (0.999, 1)),
        (ACCURACY, [], False, (0, 1)),
        (PSNR, [12.0, 18.3, 23.1], False, (10, 25)),
        (PSNR, [-3.0, 4.0], False, (-4, 6)),
        (PSNR, [20.0], False, (20, 25)),
    ],
)
def test_ranges_are_round(metric: Metric, values: list[float], is_log: bool, expected: Span) -> None:
    found = fitted(PlotData(metric, [curve("training", values)]), is_log=is_log)
    assert found == pytest.approx(subspan(expected, -0.03, 1.03, is_log=is_log))


def test_range_ignores_outliers_of_batches() -> None:
    batches = curve("batch", [0.5] * 200 + [40.0], strong=False)
    plot = PlotData(LOSS, [batches, curve("training", [0.4])])
    assert fitted(plot, is_log=False) == pytest.approx((-0.015, 0.515))


@given(reached=st.floats(0.1, 10_000))
def test_x_axis_ends_slightly_beyond_the_curves(reached: float) -> None:
    assert reached <= shown_epochs(reached) <= 1.2 * reached + 1e-6


def test_x_axis_changes_rarely() -> None:
    assert len({shown_epochs(reached) for reached in np.linspace(1, 10, 2000)}) < 20
    assert shown_epochs(0) == shown_epochs(0.01) > 0


def test_numbers_of_axes_are_short_and_distinct() -> None:
    assert scale_text(ACCURACY, 0.995, (0.9, 1)) == "99.5 %"
    assert scale_text(LEARNING_RATE, 0.00025, (0, 1e-3)) == "2.5e\N{MINUS SIGN}4"
    assert scale_text(LEARNING_RATE, 0.02, (0, 0.05)) == "0.02"
    assert scale_text(LOSS, 0.05, (0, 1)) == "0.05"
    assert scale_text(LOSS, -0.5, (-1, 1)) == "\N{MINUS SIGN}0.5"
    assert scale_text(LOSS, 1e-17, (0, 1)) == "0"
    assert scale_text(LOSS, 0.123456, (0.1234, 0.1235)) == "0.123456"


def test_csv_has_a_row_per_x_and_a_column_per_curve() -> None:
    batches = Curve("batch", "By batch", np.array([0.5, 1.0]), np.array([2.0, 1.5]))
    epochs = curve("validation", [1.25, float("nan")], "validation")
    table = table_of([PlotData(LOSS, [batches, epochs]), PlotData(ACCURACY, [])])
    assert list(csv.reader(io.StringIO(table))) == [
        ["epoch", "loss: By batch", "loss: Validation"],
        ["0.5", "2", ""],
        ["1", "1.5", "1.25"],
        ["2", "", ""],
    ]


def test_lines_differ_not_only_by_colour() -> None:
    style = PlotStyle(groups=("#111111", "#222222", "#333333"))
    lines = [
        curve("training", [1.0]),
        curve("validation", [1.0], "validation"),
        curve("batch", [1.0], strong=False),
        *(curve(f"run {group}", [1.0], "validation", group=group) for group in range(1, 7)),
    ]
    styles = [line_style(line, style) for line in lines]
    distinct = {(str(s["linestyle"]), s.get("marker"), s["linewidth"]) for s in styles}
    assert len(distinct) == len(lines)


@given(area=st.floats(0, 1), factor=st.floats(1.01, 10))
def test_zoom_keeps_the_point_under_the_mouse(area: float, factor: float) -> None:
    low, high = zoomed_fractions(area, factor)
    zoom = WHOLE.show_y(WHOLE.show_x(Zoom(), low, high), low, high)
    assert zoom.x is not None
    assert zoom.x[0] + area * (zoom.x[1] - zoom.x[0]) == pytest.approx(8 * area)
    first, last = zoom.y["loss"]
    assert np.log(first) + area * np.log(last / first) == pytest.approx(np.log(0.1) + area * np.log(100))


@given(low=st.floats(-5, 5), size=st.floats(1e-9, 5))
def test_zoom_stays_within_the_curves(low: float, size: float) -> None:
    zoom = WHOLE.show_x(Zoom(), low, low + size)
    assert (zoom.x is None) == (size >= 1 - 1e-9)
    if zoom.x is not None:
        assert zoom.x[0] >= -1e-9
        assert zoom.x[1] <= 8 + 1e-9
        assert zoom.x[1] - zoom.x[0] == pytest.approx(8 * max(size, 1e-4))


# ------------------------------------------------------------------------------------------- drawing


def test_axes_are_redrawn_only_when_ranges_change() -> None:
    plot = CurvePlot()
    whole: list[object] = []
    plot.figure.canvas.mpl_connect("draw_event", whole.append)
    style, runs = PlotStyle(), (a_run(), a_run())
    images = [plot.draw(PlotState(run), style, SIZE, 1.0) for run in runs]
    assert len(whole) == 1
    other = a_run()
    other[1] = PlotData(
        ACCURACY, [curve("training", [0.95] * 6), curve("validation", [0.93] * 6, "validation")]
    )
    assert plot.draw(PlotState(other), style, SIZE, 1.0) != images[0]
    assert len(whole) == 1
    for shown, size, ratio in (
        (PlotState(a_run(12)), SIZE, 1.0),
        (PlotState(a_run(12), zoom=Zoom((2.0, 4.0))), SIZE, 1.0),
        (PlotState(a_run(12), is_log=True), SIZE, 1.0),
        (PlotState(a_run(12), is_log=True), (800, 300), 1.0),
        (PlotState(a_run(12), is_log=True), (800, 300), 2.0),
    ):
        before = len(whole)
        plot.draw(shown, style, size, ratio)
        assert len(whole) == before + 1
    assert images[0] == images[1] == CurvePlot().draw(PlotState(a_run()), style, SIZE, 1.0)


def test_image_has_the_pixels_of_the_screen() -> None:
    plot = CurvePlot()
    fine = plot.draw(PlotState(a_run()), PlotStyle(), SIZE, 2.0)
    assert (fine.width(), fine.height(), fine.devicePixelRatio()) == (1800, 520, 2)
    areas = plot.areas
    plot.draw(PlotState(a_run()), PlotStyle(), SIZE, 1.0)
    for one, other in zip(areas, plot.areas, strict=True):
        assert one.left == pytest.approx(other.left, abs=3)
        assert one.height == pytest.approx(other.height, abs=3)


@pytest.mark.parametrize("size", [(1200, 300), (420, 600), (420, 260), (430, 250), (401, 190), (250, 180)])
def test_plots_are_arranged_by_size(size: tuple[int, int]) -> None:
    plot = CurvePlot()
    plot.draw(PlotState(a_run(), epoch="Epoch"), PlotStyle(), size, 1.0)
    assert {"loss", "accuracy"} <= {area.ranges.metric.name for area in plot.areas}
    for area in plot.areas:
        assert area.left > 0
        assert area.top > 0
        assert area.left + area.width <= size[0]
        assert area.top + area.height <= size[1]
    # Neither numbers nor titles are cut.
    canvas: Any = plot.figure.canvas
    for axes in plot.figure.axes:
        box = axes.get_tightbbox(canvas.get_renderer())
        assert box is not None
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= size[0] + 1
        assert box.y1 <= size[1] + 1


def test_titles_of_narrow_plots_in_a_row_are_not_cut() -> None:
    plot, size = CurvePlot(), (260, 160)
    plots = [each for each in a_run() if each.metric in (LOSS, ACCURACY)]
    plot.draw(PlotState(plots), PlotStyle(points=15.0), size, 1.0)
    assert len({round(area.top) for area in plot.areas}) == 1, "the plots are side by side"
    canvas: Any = plot.figure.canvas
    for axes in plot.figure.axes:
        box = axes.get_tightbbox(canvas.get_renderer())
        assert box is not None
        assert -1 <= box.x0 < box.x1 <= size[0] + 1


@pytest.mark.parametrize("size", [(60, 20), (30, 300), (1, 1)])
def test_drawing_too_small_for_labels_gives_no_warning(size: tuple[int, int]) -> None:
    plot = CurvePlot()
    image = plot.draw(PlotState(a_run(), epoch="Epoch"), PlotStyle(points=18.0), size, 1.0)
    assert (image.width(), image.height()) == size


def test_every_metric_has_a_plot() -> None:
    plot = CurvePlot()
    plots = [PlotData(PSNR, [curve("training", [20.0, 24.0])]), *a_run()]
    plot.draw(PlotState(plots), PlotStyle(), SIZE, 1.0)
    assert [axes.get_title(loc="left") for axes in plot.figure.axes] == [
        "PSNR (dB)",
        "Loss",
        "Accuracy",
        "Learning rate",
    ]


def test_smoothed_curves_have_original_values_behind() -> None:
    plot = CurvePlot()
    values = [1.0, 0.2, 0.9, 0.1]
    data = [PlotData(LOSS, [curve("validation", values, "validation")]), a_run()[2]]
    plot.draw(PlotState(data, smoothing=0.6), PlotStyle(), SIZE, 1.0)
    drawn = [np.asarray(line.get_ydata()).tolist() for line in plot.figure.axes[0].lines]
    assert values in drawn
    assert pytest.approx(list(smoothed(np.array(values), 0.6))) in [each for each in drawn if len(each) == 4]
    rates = [line for line in plot.figure.axes[1].lines if np.size(line.get_ydata())]
    assert len(rates) == 1
    plot.draw(PlotState(data), PlotStyle(), SIZE, 1.0)
    assert [np.size(line.get_ydata()) for line in plot.figure.axes[0].lines].count(4) == 1


def test_empty_view_draws_nothing(qtbot: QtBot, drawn: list[PlotState]) -> None:
    made = CurvesView()
    qtbot.addWidget(made)
    made.set_hint("Nothing yet.")
    made.show()
    (hint,) = [label for label in made.findChildren(QLabel) if label.text() == "Nothing yet."]
    assert hint.isVisible()
    assert not made.surface.isVisible()
    assert made.numbers() == {}
    assert made.file("png") == b""
    assert drawn == []


def test_curves_are_drawn_and_updated(qtbot: QtBot, view: CurvesView) -> None:
    assert shown_x(view) == (0, 7)
    view.show_curves(a_run(20))
    qtbot.waitUntil(lambda: shown_x(view) == (0, 22))


def test_drawing_does_not_block_the_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []
    draw = CurvePlot.draw

    def noted(plot: CurvePlot, *request: Any) -> QImage:
        threads.append(threading.get_ident())
        return draw(plot, *request)

    monkeypatch.setattr(CurvePlot, "draw", noted)
    made = CurvesView()
    qtbot.addWidget(made)
    made.show_curves(a_run())
    made.show()
    qtbot.waitUntil(lambda: bool(made.surface.areas), timeout=PATIENCE)
    assert threads
    assert threading.get_ident() not in threads


def epochs_of(drawn: list[PlotState]) -> list[float]:
    return [last_epoch(shown.plots) for shown in drawn]


def test_hidden_view_draws_when_shown(qtbot: QtBot, view: CurvesView, drawn: list[PlotState]) -> None:
    view.hide()
    for epochs in range(8, 12):
        view.show_curves(a_run(epochs))
    assert set(epochs_of(drawn)) <= {6}
    view.show()
    qtbot.waitUntil(lambda: 11 in epochs_of(drawn))
    assert set(epochs_of(drawn)) <= {6, 11}


def test_pending_drawing_is_dropped_when_hidden(
    qtbot: QtBot, view: CurvesView, drawn: list[PlotState]
) -> None:
    other = CurvesView()
    qtbot.addWidget(other)
    other.show()
    view.show_curves(a_run(7))
    view.show_curves(a_run(8))
    view.hide()
    other.show_curves(a_run(9))
    other.show_curves(a_run(10))
    qtbot.waitUntil(lambda: 10 in epochs_of(drawn))
    assert 8 not in epochs_of(drawn)


def test_drawings_are_throttled(qtbot: QtBot, view: CurvesView, drawn: list[PlotState]) -> None:
    for epochs in range(2, 52):
        view.show_curves(a_run(epochs))
    qtbot.waitUntil(lambda: shown_x(view)[1] > 51)
    assert len(set(epochs_of(drawn))) <= 3


def test_best_epoch_is_marked() -> None:
    plot, unmarked = CurvePlot(), a_run()
    marked = plot.draw(PlotState(a_run()), PlotStyle(), SIZE, 1.0)
    unmarked[0] = PlotData(LOSS, [replace(curve, best=None) for curve in unmarked[0].curves])
    assert plot.draw(PlotState(unmarked), PlotStyle(), SIZE, 1.0) != marked


@pytest.mark.parametrize("size", [(900, 110), (900, 260), (420, 600)])
@pytest.mark.parametrize("epoch", [2.0, 19.0])
def test_text_of_a_mark_is_in_the_plot_and_above_or_below_the_curves(
    size: tuple[int, int], epoch: float
) -> None:
    plot, (loss, accuracy, rate) = CurvePlot(), a_run(20)
    mark = Mark(epoch, "overfitting starts")
    plots = [replace(loss, mark=mark), replace(accuracy, mark=mark), rate]
    plot.draw(PlotState(plots), PlotStyle(), size, 1.0)
    for axes, is_high in zip(plot.figure.axes[:2], (True, False), strict=True):
        (text,) = axes.texts
        box, area = text.get_window_extent(), axes.get_window_extent()
        assert area.x0 <= box.x0 < box.x1 <= area.x1
        assert area.y0 + 0.6 * area.height < box.y0 if is_high else box.y1 < area.y0 + 0.4 * area.height
    plot.draw(PlotState(plots), PlotStyle(), (250, 180), 1.0)
    assert not any(text.get_visible() for axes in plot.figure.axes for text in axes.texts), "there is no room"


def test_band_is_filled_read_out_and_in_the_table() -> None:
    plain = curve("median", [0.5, 0.9], "validation")
    banded = replace(plain, band=np.array([[0.4, 0.8], [0.6, 0.95]]))
    images = [
        CurvePlot().draw(PlotState([PlotData(ACCURACY, [each])]), PlotStyle(), (400, 200), 1.0)
        for each in (plain, banded)
    ]
    assert images[0] != images[1]
    found = readout_at(2, [PlotData(ACCURACY, [banded])], (0, 3), "Epoch {epoch}")
    assert found is not None
    assert found.rows == (("Median", "90.00 % (80.00 %\N{EN DASH}95.00 %)"),)
    rows = list(csv.reader(io.StringIO(table_of([PlotData(ACCURACY, [banded])]))))
    assert rows[0] == ["epoch", "accuracy: Median", "accuracy: Median, lowest", "accuracy: Median, highest"]
    assert rows[2] == ["2", "0.9", "0.8", "0.95"]
    low, high = fitted(
        PlotData(LOSS, [replace(banded, band=np.array([[0.4, 0.8], [0.6, 7.0]]))]), is_log=False
    )
    assert low < 0.4
    assert high > 7


def test_palette_is_followed(qtbot: QtBot, view: CurvesView) -> None:
    corner = QPoint(view.surface.width() - 2, 2)
    for theme in (LIGHT, DARK):
        view.setPalette(palette_of(theme))
        ground = partial(lambda window: picture(view).pixelColor(corner).name() == window, theme.window)
        qtbot.waitUntil(ground)


# ---------------------------------------------------------------------------------------------- files


def texts(drawing: bytes) -> list[str]:
    found = ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in found]


def test_svg_has_axes_and_legend(view: CurvesView) -> None:
    drawing = view.file("svg")
    assert drawing == view.file("svg")
    found = texts(drawing)
    assert {"Loss", "Accuracy", "Learning rate", "Epoch"} <= set(found)
    assert {"By batch", "Training", "Validation", "Kept epoch"} <= set(found)
    assert {"0", "2", "4", "6", "100 %"} <= set(found)


def test_png_has_print_size(view: CurvesView) -> None:
    view.setPalette(palette_of(DARK))
    image = QImage.fromData(view.file("png"))
    assert image.width() == 2400
    # Files are dark on white, whatever the window looks like.
    assert {image.pixelColor(x, y).name() for x in (1, 2398) for y in (1, image.height() - 2)} == {"#ffffff"}


def test_files_show_the_visible_part(qtbot: QtBot, view: CurvesView) -> None:
    QTest.mouseClick(entry(view, "Training"), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    (slider,) = view.findChildren(QSlider)
    slider.setValue(60)
    drag(
        view,
        at(view.surface.areas[0], 0.2, 0.5),
        at(view.surface.areas[0], 0.3, 0.5),
        Qt.MouseButton.LeftButton,
    )
    found = texts(view.file("svg"))
    assert "Training" not in found
    assert "Smoothing 0.60; original values in pale colours" in found
    assert "6" not in found


def test_titles_are_not_parsed(qtbot: QtBot) -> None:
    titles = ["_hidden $x", "a $\\frac{$ b", "<&>", *(f"A rather long title of run {n}" for n in range(5))]
    made = CurvesView()
    qtbot.addWidget(made)
    curves = [Curve(t, t, np.arange(1.0, 4), np.arange(3.0), group=n) for n, t in enumerate(titles, 1)]
    made.show_curves([PlotData(LOSS, curves)])
    assert set(titles) <= set(texts(made.file("svg")))
    assert QImage.fromData(made.file("png")).width() == 2400


def test_csv_has_all_points(view: CurvesView) -> None:
    rows = view.file("csv").decode().splitlines()
    assert rows[0].startswith("epoch,loss: By batch,loss: Training")
    assert set(view.numbers()) >= {"loss: Training", "accuracy: Validation", "learning_rate: Learning rate"}


def test_export_does_not_change_the_view(view: CurvesView) -> None:
    before = picture(view)
    view.file("svg")
    view.file("png")
    assert picture(view) == before


def test_missing_matplotlib_is_reported(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    made = CurvesView()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.show_curves(a_run())

    def is_reported() -> bool:
        words = f"Curves need more libraries. {install_advice()}"
        return any(words in label.text() and label.isVisible() for label in made.findChildren(QLabel))

    qtbot.waitUntil(is_reported, timeout=PATIENCE)


@pytest.mark.parametrize(
    ("visible", "ticks"),
    [
        ((0.0, 1.2), [0, 1]),
        ((0.0, 2.2), [0, 1, 2]),
        ((0.8, 2.9), [1, 2]),
        ((0.0, 6.0), [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_ticks_are_whole_epochs(visible: tuple[float, float], ticks: list[float]) -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(6, 4)).subplots()
    set_ranges(axes, Ranges(LOSS, visible, (0.0, 1.0), visible, (0.0, 1.0), is_log=False))
    assert axes.get_xticks().tolist() == ticks
    assert [label.get_text() for label in axes.get_xticklabels()] == [f"{tick}" for tick in ticks]


def test_ticks_within_an_epoch_are_fractions() -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(6, 4)).subplots()
    set_ranges(axes, Ranges(LOSS, (0.0, 0.4), (0.0, 1.0), (0.0, 0.4), (0.0, 1.0), is_log=False))
    assert len(axes.get_xticks()) > 2
