"""The reading panel: the answer, how far to trust it, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.theme import STEP, display_font
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.stages import Stages, image_of

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation

_ICON_SIZE = 20
_STEPS = {"ink": "ink_map", "picture": "picture", "fitted": "fitted"}
"""What the steps that are exported are called."""

_ICONS = {
    Verdict.READ: "verdict-read",
    Verdict.UNSURE: "verdict-unsure",
    Verdict.NOT_A_CHARACTER: "verdict-not-a-character",
    Verdict.NO_INK: "verdict-no-ink",
}


class ReadingPanel(Panel):
    """Shows one reading at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with no ink."""
        super().__init__(parent)
        self._observation: Observation | None = None
        self._verdict = Verdict.NO_INK
        self._label = QLabel()
        self._label.setObjectName("reading_label")
        self._label.setAccessibleName(self.tr("Answer"))
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._icon = QLabel()
        self._icon.setObjectName("verdict_icon")
        self._icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self._verdict_label = QLabel()
        self._verdict_label.setObjectName("verdict_label")
        self._verdict_label.setAccessibleName(self.tr("Verdict"))
        self._verdict_label.setTextFormat(Qt.TextFormat.PlainText)
        # Its words change; the panel's least width must not.
        self._verdict_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._time = Caption()
        self._time.setObjectName("reading_time")
        self._bars = ProbabilityBars()
        self._stages = Stages()
        self._lay_out()
        self._take_look()
        self.show_reading(Reading(Verdict.NO_INK))

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """The characters that the network knows."""
        self._bars.set_labels(info.labels, info.rejects)

    def set_observation(self, observation: Observation) -> None:
        """Show everything of one reading."""
        self._observation = observation
        if observation.reading is None:
            self._show_image(observation.image)
        else:
            self.show_reading(observation.reading)
        self._stages.set_prepared(observation.prepared)

    def show_reading(self, reading: Reading) -> None:
        """Show the answer."""
        self._icon.show()
        self._label.setText(reading.label or "")
        self._verdict_label.setText(self._verdict_text(reading))
        if reading.verdict is Verdict.NO_INK:
            self._time.set_text(self.tr("The answer appears here while you draw."))
        else:
            milliseconds = f"{reading.milliseconds:.1f}"
            self._time.set_text(self.tr("read in {milliseconds} ms").format(milliseconds=milliseconds))
        if reading.verdict is not self._verdict:
            self._verdict = reading.verdict
            self._take_icon()
        self._bars.set_reading(reading)

    def _show_image(self, image: NDArray[np.float32] | None) -> None:
        """Show an output that is an image, float32 (height, width, channels), in the answer's place."""
        self._verdict_label.setText("")
        self._icon.hide()
        self._time.set_text(self.tr("What the network makes of the page appears here."))
        if image is None:
            self._label.clear()
            return
        shown = QPixmap.fromImage(image_of((image if image.shape[2] == 3 else image[..., 0]).clip(0, 1)))
        self._label.setPixmap(shown.scaled(self._label.size(), Qt.AspectRatioMode.KeepAspectRatio))

    @property
    def is_plot(self) -> bool:
        """Always."""
        return True

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Labels, probabilities float64 (labels,), and the ink and model input that led to them."""
        seen = self._observation
        if seen is None or seen.prepared is None:
            return {}
        return {
            **_answer_numbers(seen),
            **{_STEPS[step.name]: step.image for step in seen.prepared.steps if step.name in _STEPS},
            "model_input": seen.prepared.model_input,
        }

    def sizeHint(self) -> QSize:
        """Wide enough for bars that can be compared."""
        return QSize(54 * STEP, 60 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The answer takes its share of the height."""
        super().resizeEvent(event)
        self._fit_label()

    def changeEvent(self, event: QEvent) -> None:
        """Takes the colours and the type of a new palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._take_look()

    def _lay_out(self) -> None:
        verdict = QHBoxLayout()
        verdict.setSpacing(STEP)
        verdict.addWidget(self._icon)
        verdict.addWidget(self._verdict_label, 1)
        beside = QVBoxLayout()
        beside.setSpacing(STEP // 2)
        beside.addStretch()
        beside.addLayout(verdict)
        beside.addWidget(self._time)
        beside.addStretch()
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._label)
        head.addLayout(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        layout.addWidget(self._bars, 3)
        layout.addWidget(self._stages, 2)

    def _fit_label(self) -> None:
        side = min(max(self.height() * 2 // 9, 9 * STEP), 40 * STEP)
        if self._label.height() != side:
            self._label.setFixedSize(side, side)
            self._label.setFont(display_font(self.font(), side))

    def _take_look(self) -> None:
        """Type, icon and the paper behind the answer, from the palette."""
        strong = self.font()
        strong.setBold(True)
        self._verdict_label.setFont(strong)
        for label in (self._label, self._icon, self._verdict_label):
            label.setAutoFillBackground(True)
        self._label.setBackgroundRole(QPalette.ColorRole.Base)
        self._take_icon()
        self._fit_label()

    def _verdict_text(self, reading: Reading) -> str:
        """The verdict in words, e.g. "unsure: 4 or 9?"."""
        match reading.verdict:
            case Verdict.READ:
                return self.tr("read")
            case Verdict.UNSURE:
                labels = self.tr(" or ").join(reading.alternatives)
                return self.tr("unsure: {labels}?").format(labels=labels)
            case Verdict.NOT_A_CHARACTER:
                return self.tr("not a character")
            case Verdict.NO_INK:
                return self.tr("no ink")

    def _take_icon(self) -> None:
        role = QPalette.ColorRole.Accent if self._verdict is Verdict.READ else QPalette.ColorRole.Text
        colour = self.palette().color(role)
        self._icon.setPixmap(icon_pixmap(_ICONS[self._verdict], colour, _ICON_SIZE, self.devicePixelRatioF()))


def _answer_numbers(seen: Observation) -> dict[str, NDArray[Any]]:
    """Labels and their probabilities, or the image that the network made."""
    if seen.reading is None:
        return {} if seen.image is None else {"image": seen.image}
    shares = seen.reading.probabilities
    return {
        "labels": np.array(list(shares)),
        "probabilities": np.array(list(shares.values())),
        "not_a_character": np.array(seen.reading.not_a_character),
    }
