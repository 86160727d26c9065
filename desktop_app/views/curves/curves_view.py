"""Curves over epochs: loss, accuracy and learning rate, with a legend, a read-out and a best epoch."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontInfo, QHideEvent, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.views.curves.curve import ACCURACY, LOSS, RATE, Curve, Plot, table_of
from desktop_app.views.curves.line_sample import HEIGHT, WIDTH, line_sample
from desktop_app.views.curves.overlay import CurvesOverlay, Readout, epoch_near
from desktop_app.views.curves.plot import PLOTS, CurvePlot, PlotContent, PlotLook, letters_of, load
from desktop_app.views.parts.check_box import CheckBox
from desktop_app.views.parts.flow_layout import FlowLayout
from desktop_app.views.parts.label_colours import label_colours
from desktop_app.views.parts.numerals import numeral
from desktop_app.views.parts.pace import Pace
from desktop_app.views.parts.theme import STEP, caption_font, mixed

PNG, SVG, CSV = "png", "svg", "csv"

_TIMES_A_SECOND = 10
_LOOK_AGAIN_MS = 20


class CurvesView(QWidget):
    """Draws curves at most ten times a second, and not at all while nobody can see it."""

    log_changed = Signal(bool)
    """The user wants a logarithmic scale, or a linear one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without curves; matplotlib is imported, in a thread, once there are some to be seen."""
        super().__init__(parent)
        self._content = PlotContent(titles=self._titles())
        self._hidden: frozenset[str] = frozenset()
        self._look = PlotLook()
        self._plot: CurvePlot | None = None
        self._canvas: Any = None
        self._behind: Any = None
        self._loading: threading.Thread | None = None
        self._wait = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._wait.timeout.connect(self._look_whether_loaded)
        self._pace = Pace(_TIMES_A_SECOND, self)
        self._pace.due.connect(self._draw)
        self._hint, self._log = QLabel(), CheckBox(self.tr("Log scale"))
        self._entries: dict[str, CheckBox] = {}
        self._styles: Sequence[tuple[object, ...]] = ()
        self._legend, self._stage = FlowLayout(), QWidget()
        self._overlay = CurvesOverlay(self._readout_at, self._stage)
        self._lay_out()
        self._show_what_there_is()

    # --- what is shown ---

    def set_curves(
        self, loss: Sequence[Curve], accuracy: Sequence[Curve], rate: Curve | Sequence[Curve] | None = None
    ) -> None:
        """Show these curves in place of those before.

        Args:
            loss, accuracy: drawn in this order, thin ones behind.
            rate: the learning rate; None where it is not shown.
        """
        rates = () if rate is None else (rate,) if isinstance(rate, Curve) else tuple(rate)
        curves: dict[Plot, Sequence[Curve]] = {LOSS: tuple(loss), ACCURACY: tuple(accuracy), RATE: rates}
        self._content = replace(self._content, curves=curves)
        self._offer()
        self._show_what_there_is()
        self._ask()

    def set_epochs(self, epochs: float) -> None:
        """How many epochs there is room for, even where curves do not reach that far yet."""
        self._content = replace(self._content, epochs=epochs)
        self._ask()

    def set_best(self, best: Mapping[str, float]) -> None:
        """Mark the best epoch of curves, by their names."""
        self._content = replace(self._content, best=dict(best))
        self._ask()

    def set_log(self, is_log: bool) -> None:
        """Show loss and learning rate on a logarithmic scale, or a linear one."""
        with QSignalBlocker(self._log):
            self._log.setChecked(is_log)
        self._content = replace(self._content, is_log=is_log)
        self._ask()

    def set_hint(self, hint: str) -> None:
        """What is said while there are no curves."""
        self._hint.setText(hint)

    @property
    def has_curves(self) -> bool:
        """Whether there is a point to be shown."""
        return any(len(curve.x) for curves in self._content.curves.values() for curve in curves)

    def readout(self) -> Readout | None:
        """What is read off under the mouse or by keys."""
        return self._overlay.readout

    def saved(self, kind: str) -> bytes:
        """The curves as a file: "png" at print size, "svg", or all their points as "csv".

        Raises:
            ImportError: matplotlib is not installed.
        """
        if kind == CSV:
            return table_of(self._content.curves).encode()
        self._build()
        assert self._plot is not None
        self._plot.arrange(self._seen(), self._look, self._size())
        saved = self._plot.saved(kind, self._look, self._content.titles)
        self._ask()
        return saved

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Epochs and values of every curve, by plot and name; empty while there is none."""
        arrays: dict[str, NDArray[Any]] = {}
        for plot, curves in self._content.curves.items():
            for curve in curves:
                if len(curve.x):
                    arrays[f"{plot}: {curve.title}"] = np.stack([curve.x, curve.y], axis=1)
        return arrays

    # --- Qt ---

    def sizeHint(self) -> QSize:
        """Three plots beside each other."""
        return QSize(100 * STEP, 32 * STEP)

    def minimumSizeHint(self) -> QSize:
        """Still enough for a curve."""
        return QSize(30 * STEP, 18 * STEP)

    def showEvent(self, event: QShowEvent) -> None:
        """What was given while nobody looked is drawn."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn for nobody."""
        super().hideEvent(event)
        self._pace.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The legend may need more lines now."""
        super().resizeEvent(event)
        self._ask()

    def changeEvent(self, event: QEvent) -> None:
        """A new palette or font is shown at once."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._take_look()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """The plots fill their place."""
        if watched is self._stage and event.type() == QEvent.Type.Resize:
            self._overlay.setGeometry(self._stage.rect())
            if self._canvas is not None:
                self._canvas.setGeometry(self._stage.rect())
        return super().eventFilter(watched, event)

    # --- building ---

    def _lay_out(self) -> None:
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._log.setToolTip(self.tr("Show loss and learning rate on a logarithmic scale"))
        self._log.toggled.connect(self._choose_log)
        self._stage.installEventFilter(self)
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addLayout(self._legend, 1)
        head.addWidget(self._log, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self._hint, 1)
        layout.addWidget(self._stage, 1)

    def _build(self) -> None:
        """Make figure and canvas, once."""
        if self._plot is not None:
            return
        load()
        from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg

        self._plot = CurvePlot()
        canvas: Any = FigureCanvasQTAgg(self._plot.figure)  # type: ignore[no-untyped-call]
        canvas.setParent(self._stage)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        canvas.mpl_connect("resize_event", lambda _: self._arrange())
        canvas.mpl_connect("draw_event", self._keep_what_is_behind)
        canvas.setGeometry(self._stage.rect())
        canvas.lower()
        canvas.show()
        self._canvas = canvas
        self._take_look()

    def _titles(self) -> dict[str, str]:
        return {
            LOSS: self.tr("Loss"),
            ACCURACY: self.tr("Accuracy"),
            RATE: self.tr("Learning rate"),
            "epoch": self.tr("epoch"),
        }

    def _take_look(self) -> None:
        """Colours and letters of the window, in matplotlib's words."""
        palette, small = self.palette(), QFontInfo(caption_font(self.font()))
        role = QPalette.ColorRole
        text, accent = palette.color(role.WindowText), palette.color(role.Accent)
        # The colours of labels are light enough to be written on; lines need more strength.
        groups = [mixed(c, text, 0.3).name() for c in label_colours(range(8), palette).values()]
        self._look = PlotLook(
            ground=palette.color(role.Window).name(),
            text=text.name(),
            quiet=palette.color(role.PlaceholderText).name(),
            line=palette.color(role.Mid).name(),
            training=groups[1],
            validation=accent.name(),
            groups=tuple(groups),
            family=known_family(small.family()) if self._plot is not None else "",
            points=small.pixelSize() * 72 / 96,
        )
        self._dress_entries()
        self._ask()

    # --- legend ---

    def _offer(self) -> None:
        """An entry for each name, in the order of the curves; what was hidden stays so."""
        curves = self._content.curves
        titles = {c.name: c for plot in _listed(curves) for c in curves[plot] if len(c.x)}
        if list(titles) != list(self._entries):
            for entry in self._entries.values():
                self._legend.removeWidget(entry)
                entry.deleteLater()
            self._entries = {}
            for name in titles:
                entry = CheckBox()
                entry.setChecked(name not in self._hidden)
                entry.setIconSize(QSize(WIDTH, HEIGHT))
                entry.toggled.connect(lambda shown, name=name: self._set_shown(name, shown))
                self._legend.addWidget(entry)
                self._entries[name] = entry
        styles = [(c.name, c.kind, c.is_strong, c.group) for c in titles.values()]
        if styles != self._styles:
            self._styles = styles
            self._dress_entries()
        for name, curve in titles.items():
            if self._entries[name].text() != curve.title:
                self._entries[name].setText(curve.title)
                self._entries[name].setToolTip(self.tr("Show or hide {curve}").format(curve=curve.title))

    def _dress_entries(self) -> None:
        for curve in self._told(*_listed(self._content.curves)):
            if curve.name in self._entries:
                self._entries[curve.name].setIcon(line_sample(curve, self._look))

    def _told(self, *plots: Plot) -> Iterable[Curve]:
        return (curve for plot in plots for curve in self._content.curves.get(plot, ()))

    def _set_shown(self, name: str, shown: bool) -> None:
        self._hidden = self._hidden - {name} if shown else self._hidden | {name}
        self._ask()

    def _choose_log(self, is_log: bool) -> None:
        self.set_log(is_log)
        self.log_changed.emit(is_log)

    # --- drawing ---

    def _show_what_there_is(self) -> None:
        self._hint.setVisible(not self.has_curves)
        self._stage.setVisible(self.has_curves)
        self._log.setVisible(self.has_curves)

    def _seen(self) -> PlotContent:
        """What is shown, without the curves that are hidden."""
        curves = {
            plot: tuple(curve for curve in several if curve.name not in self._hidden)
            for plot, several in self._content.curves.items()
        }
        return replace(self._content, curves=curves)

    def _size(self) -> tuple[int, int]:
        return max(self._stage.width(), 1), max(self._stage.height(), 1)

    def _ask(self) -> None:
        """Draw soon, if there is anything, and anybody to see it."""
        if self.isVisible() and self.has_curves:
            self._pace.request()

    def _draw(self) -> None:
        if not self.isVisible() or not self.has_curves:
            return
        if self._plot is None:
            self._load()
            return
        is_new = self._arrange()
        assert self._canvas is not None
        if is_new or self._behind is None:
            self._canvas.draw()
        else:
            self._canvas.restore_region(self._behind)
            self._plot.draw_curves()
            self._canvas.update()

    def _arrange(self) -> bool:
        """Put what is seen into the figure; whether all of it is to be drawn anew."""
        assert self._plot is not None
        is_new = self._plot.arrange(self._seen(), self._look, self._size())
        titles = self._content.titles
        letters = (each for place in self._plot.places for each in letters_of(place, titles))
        self._overlay.set_places(self._plot.places, tuple(letters))
        return is_new

    def _keep_what_is_behind(self, event: Any) -> None:
        """The figure was drawn without its curves: keep that, and draw them over it."""
        if self._plot is not None and event.canvas is self._canvas and not self._canvas.is_saving():
            self._behind = self._canvas.copy_from_bbox(self._plot.figure.bbox)
            self._plot.draw_curves()

    def _load(self) -> None:
        """Import matplotlib in a thread; only the timer, which dies with this view, waits for it."""
        if self._loading is None:
            self._loading = threading.Thread(target=_load_if_there, name="load matplotlib", daemon=True)
            self._loading.start()
        self._wait.start()

    def _look_whether_loaded(self) -> None:
        if self._loading is not None and self._loading.is_alive():
            return
        self._wait.stop()
        try:
            self._build()
        except ImportError:
            self._stage.hide()
            self._hint.setText(self.tr("Curves need more than reading: install handwriting[training]."))
            self._hint.show()
        else:
            self._ask()

    # --- reading off ---

    def _readout_at(self, epoch: float) -> Readout | None:
        """The values of all curves that are seen, at an epoch."""
        seen = self._seen().curves
        at = epoch_near(epoch, seen)
        plots = _listed(seen)
        names = {c.name: c.title for plot in plots for c in seen[plot]}
        rows: list[tuple[str, ...]] = []
        for name, title in names.items():
            cells = [self._cell(plot, [c for c in seen[plot] if c.name == name], at) for plot in plots]
            if any(cells):
                rows.append((title, *cells))
        rates = ((curve.title, curve.at(at)) for curve in seen.get(RATE, ()) if RATE not in plots)
        blank = [""] * (len(plots) - 1)
        rows += [(title, numeral(point[1], 3), *blank) for title, point in rates if point]
        if not rows or not plots:
            return None
        head = self.tr("Epoch {epoch}").format(epoch=f"{at:.0f}" if at == round(at) else f"{at:.2f}")
        return Readout(at, (head, *(self._content.titles[plot] for plot in plots)), tuple(rows))

    def _cell(self, plot: Plot, curves: Sequence[Curve], at: float) -> str:
        point = curves[0].at(at) if curves else None
        if point is None:
            return ""
        return f"{100 * point[1]:.2f} %" if plot == ACCURACY else numeral(point[1])


def _listed(curves: Mapping[Plot, Sequence[Curve]]) -> list[Plot]:
    """The plots whose curves have entries and columns; learning rates do only where they are alone."""
    told = [plot for plot in PLOTS if any(len(curve.x) for curve in curves.get(plot, ()))]
    return told if told == [RATE] else [plot for plot in told if plot != RATE]


def known_family(family: str) -> str:
    """The family of letters, where matplotlib finds it too; else none."""
    from matplotlib import font_manager

    return family if any(entry.name == family for entry in font_manager.fontManager.ttflist) else ""


def _load_if_there() -> None:
    # Who waits tries again, and hears the same error.
    with contextlib.suppress(ImportError):
        load()
