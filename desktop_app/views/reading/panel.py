"""The panel with the answer, its probabilities and the preparation of the input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.reading import Reading, Verdict, probability_text
from desktop_app.tasks.task import Task
from desktop_app.views.panel import Panel
from desktop_app.views.parts.announce import announce
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.parts.theme import STEP, caption_font
from desktop_app.views.reading.answer_label import AnswerLabel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.stages import Stages

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation

_ICON_SIZE = 20
_WIDEST_ANSWER = 32 * STEP
_STEPS = {"ink": "ink_map", "picture": "picture"}
"""Names of the exported preparation steps."""

_ICONS = {
    Verdict.READ: "verdict-read",
    Verdict.UNSURE: "verdict-unsure",
    Verdict.NOT_A_CHARACTER: "verdict-not-a-character",
    Verdict.NO_INK: "verdict-no-ink",
}


class ReadingPanel(Panel):
    """Shows a reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start with no ink."""
        super().__init__(parent)
        self._observation: Observation | None = None
        self._verdict = Verdict.NO_INK
        self._announced = ""
        self._texts = task_kind(Task()).texts
        self._label = AnswerLabel()
        self._label.setObjectName("reading_label")
        self._icon = QLabel()
        self._icon.setObjectName("verdict_icon")
        self._icon.setFixedSize(_ICON_SIZE, _ICON_SIZE)
        self._verdict_label = QLabel()
        self._verdict_label.setObjectName("verdict_label")
        self._verdict_label.setAccessibleName(self.tr("Verdict"))
        self._verdict_label.setTextFormat(Qt.TextFormat.PlainText)
        # A new text must not change the minimum width of the panel.
        self._verdict_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._hint = QLabel()
        self._hint.setObjectName("reading_hint")
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        # A new text must not change the minimum size of the panel.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._bars = ProbabilityBars()
        self._stages = Stages()
        self._lay_out()
        self._update_style()
        self.show_reading(Reading(Verdict.NO_INK))

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Show the labels and the preparation of the network."""
        # Imported here to shorten the startup: Pillow is slow to load.
        from desktop_app.tasks.prepare import PREPARATIONS

        self._texts = task_kind(info.task).texts
        self._label.set_labels(info.labels)
        self._bars.set_labels(info.labels, rejected_name(info.task))
        self._stages.set_preparation(PREPARATIONS[info.task.preparation])
        self.show_reading(Reading(Verdict.NO_INK))

    def set_observation(self, observation: Observation) -> None:
        """Show a reading and its preparation."""
        assert observation.reading is not None, "the output of the network is not an image"
        self._observation = observation
        announced = self._announced_text(observation.reading)
        if announced != self._announced:
            self._announced = announced
            announce(self._verdict_label, announced)
        self.show_reading(observation.reading)
        if observation.problem is not None:
            self._hint.setText(translated(observation.problem))
        self._stages.set_prepared(observation.prepared)

    def show_reading(self, reading: Reading) -> None:
        """Show the answer and its probabilities."""
        self._label.set_answer(reading.label or "")
        self._verdict_label.setText(self._verdict_text(reading))
        # The names of the labels hide their texts from screen readers.
        self._label.setAccessibleDescription(reading.label or "")
        self._verdict_label.setAccessibleDescription(self._verdict_label.text())
        if reading.verdict is Verdict.NO_INK:
            self._verdict_label.setToolTip("")
            self._hint.setText(translated(self._texts.request))
        else:
            time = self.tr("Computed in {milliseconds} ms").format(milliseconds=f"{reading.milliseconds:.1f}")
            self._verdict_label.setToolTip(time)
            self._hint.setText("" if reading.remark is None else translated(reading.remark))
        if reading.verdict is not self._verdict:
            self._verdict = reading.verdict
            self._update_icon()
        self._bars.set_reading(reading)

    @property
    def is_plot(self) -> bool:
        """Return True."""
        return True

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return labels, probabilities float64 (labels,), the preparation steps and the model input."""
        observation = self._observation
        if observation is None or observation.prepared is None or observation.reading is None:
            return {}
        shares = observation.reading.probabilities
        return {
            "labels": np.array(list(shares)),
            "probabilities": np.array(list(shares.values())),
            "not_a_character": np.array(observation.reading.not_a_character),
            **{_STEPS[step.name]: step.image for step in observation.prepared.steps if step.name in _STEPS},
            "model_input": observation.prepared.model_input,
        }

    def sizeHint(self) -> QSize:
        """Return a size with comparable bars."""
        return QSize(54 * STEP, 60 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scale the answer."""
        super().resizeEvent(event)
        self._fit_label()

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._update_style()

    def _lay_out(self) -> None:
        verdict = QHBoxLayout()
        verdict.setSpacing(STEP)
        verdict.addWidget(self._icon)
        verdict.addWidget(self._verdict_label, 1)
        beside = QVBoxLayout()
        beside.setSpacing(STEP // 2)
        beside.addStretch(1)
        beside.addLayout(verdict)
        beside.addWidget(self._hint, 1)
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._label)
        head.addLayout(beside, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(head)
        column = ColumnView(self._bars)
        column.setMinimumSize(self._bars.minimumSizeHint())
        layout.addWidget(column, 3)
        layout.addWidget(self._stages, 2)

    def _fit_label(self) -> None:
        side = min(max(self.height() * 2 // 9, 9 * STEP), 40 * STEP)
        self._label.fit(side, min(self.width() // 2 - 2 * STEP, _WIDEST_ANSWER))

    def _update_style(self) -> None:
        """Apply fonts and colours."""
        strong = self.font()
        strong.setBold(True)
        self._verdict_label.setFont(strong)
        self._hint.setFont(caption_font(self.font()))
        for label in (self._icon, self._verdict_label):
            label.setAutoFillBackground(True)
        self._label.restyle(self.font())
        self._update_icon()
        self._fit_label()

    def _verdict_text(self, reading: Reading) -> str:
        """Return the verdict as text, e.g. "7 · 99.7 %" or "Unsure: 4 or 9?"."""
        match reading.verdict:
            case Verdict.READ:
                return f"{reading.label} · {probability_text(reading.confidence)}"
            case Verdict.UNSURE if len(reading.alternatives) == 2:
                first, second = reading.alternatives
                return self.tr("Unsure: {first} or {second}?").format(first=first, second=second)
            case Verdict.UNSURE:
                return self.tr("Unsure: {labels}?").format(labels=", ".join(reading.alternatives))
            case Verdict.NOT_A_CHARACTER:
                rejected = translated(self._texts.rejected)
                return rejected[:1].upper() + rejected[1:]
            case Verdict.NO_INK:
                return translated(self._texts.empty)

    def _announced_text(self, reading: Reading) -> str:
        """Return the verdict without its probability, which changes with every point of the pen."""
        return reading.label or "" if reading.verdict is Verdict.READ else self._verdict_text(reading)

    def _update_icon(self) -> None:
        role = QPalette.ColorRole.Accent if self._verdict is Verdict.READ else QPalette.ColorRole.Text
        colour = self.palette().color(role)
        self._icon.setPixmap(icon_pixmap(_ICONS[self._verdict], colour, _ICON_SIZE, self.devicePixelRatioF()))
