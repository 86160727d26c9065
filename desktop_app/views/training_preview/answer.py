"""Answer of a network in training to the drawing: label, probability and bars."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.networks.network_info import NetworkInfo
from desktop_app.tasks.reading import Reading, Verdict, probability_text
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.icons import icon_pixmap
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.answer_label import AnswerLabel
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.training_preview.snapshots import AnswerHistory, PreviewSnapshot, is_finite

_SIZE = 4 * STEP
"""Pixel size of the label."""
_WIDEST = 16 * STEP
_ICON_SIZE = 4 * STEP
_USUAL_BARS = 11
_NO_INK = Reading(Verdict.NO_INK)


class Answer(QWidget):
    """Answer of one snapshot."""

    def __init__(self) -> None:
        """Create an empty answer."""
        super().__init__()
        self._icon_name = self._rejected = ""
        self._label = AnswerLabel()
        self._label.setObjectName("preview_label")
        self._label.fit(_SIZE, _WIDEST)
        self._probability = QLabel()
        self._probability.setObjectName("preview_probability")
        self._probability.setAccessibleName(self.tr("Probability"))
        self._probability.setTextFormat(Qt.TextFormat.PlainText)
        # The minimum width must not depend on the text.
        self._probability.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._caption = Caption()
        self._bars = ProbabilityBars()
        self._bars_view = ColumnView(self._bars)
        self._bars_view.setAccessibleName(self.tr("Probabilities"))
        self._bars_view.setMinimumHeight(10 * STEP)
        self._lay_out()
        self._update_fonts()

    def set_network(self, info: NetworkInfo) -> None:
        """Set the labels of the network."""
        self._rejected = rejected_name(info.task)
        self._label.set_labels(info.labels)
        self._bars.set_labels(info.labels, self._rejected)
        # Long lists can be scrolled with the keyboard.
        is_long = len(info.labels) + info.rejects > _USUAL_BARS
        self._bars_view.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_long else Qt.FocusPolicy.NoFocus)

    def set_has_bars(self, has_bars: bool) -> None:
        """Show or hide the bars."""
        self._bars_view.setVisible(has_bars)

    def show_snapshot(
        self, info: NetworkInfo, snapshot: PreviewSnapshot | None, history: AnswerHistory | None
    ) -> None:
        """Show the answer of a snapshot, and since which epoch it is the same if the history has it."""
        probabilities = None if snapshot is None else snapshot.probabilities
        if snapshot is None or snapshot.model_input is None:
            self._show("", "", "", self.tr("The answer appears here."))
            self._bars.set_reading(_NO_INK)
        elif probabilities is None:
            self._show("", "verdict-unsure", "", self.tr("The answer cannot be computed."))
            self._bars.set_reading(_NO_INK)
        elif not is_finite(probabilities):
            text = self.tr("Training diverged: the outputs are NaN. Lower the learning rate.")
            self._show("", "verdict-unsure", "NaN", text)
            self._bars.set_reading(_NO_INK)
        else:
            best = int(probabilities.argmax())
            is_label = best < len(info.labels)
            label = info.labels[best] if is_label else ""
            probability = probability_text(float(probabilities[best]))
            icon_name = "" if is_label else "verdict-not-a-character"
            self._show(label, icon_name, probability, self._caption_text(is_label, snapshot, history))
            probability_by_label = dict(zip(info.labels, probabilities.tolist(), strict=False))
            verdict = Verdict.READ if is_label else Verdict.NOT_A_CHARACTER
            marked = (label,) if is_label else ()
            self._bars.set_reading(
                Reading(verdict, label or None, marked, probability_by_label, float(probabilities[best]))
            )

    def texts(self) -> tuple[str, str, str]:
        """Return label, probability and caption."""
        return self._label.answer(), self._probability.text(), self._caption.text()

    def sizeHint(self) -> QSize:
        """Return a width for comparable bars."""
        return QSize(28 * STEP, super().sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow palette and font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._update_fonts()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(2 * STEP)
        head.addWidget(self._label)
        head.addWidget(self._probability, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        # In its own row: beside a long class name it would be cut.
        layout.addWidget(self._caption)
        layout.addWidget(self._bars_view, 1)

    def _caption_text(self, is_label: bool, snapshot: PreviewSnapshot, history: AnswerHistory | None) -> str:
        """Return e.g. "unchanged since epoch 3", if known."""
        if not is_label:
            return self._rejected
        if history is None or not history.is_complete or snapshot.epoch not in history.epochs:
            return ""
        return self.tr("unchanged since epoch {epoch}").format(epoch=history.since(snapshot.epoch))

    def _show(self, label: str, icon_name: str, probability: str, caption: str) -> None:
        self._probability.setText(probability)
        self._probability.setVisible(bool(probability))
        self._caption.set_text(caption)
        if icon_name:
            if icon_name != self._icon_name:
                self._icon_name = icon_name
                self._update_icon()
        else:
            self._icon_name = ""
            self._label.set_answer(label)

    def _update_fonts(self) -> None:
        strong = self.font()
        strong.setBold(True)
        self._probability.setFont(strong)
        self._label.restyle(self.font())
        self._update_icon()

    def _update_icon(self) -> None:
        if self._icon_name:
            colour = self.palette().color(QPalette.ColorRole.Text)
            self._label.setPixmap(icon_pixmap(self._icon_name, colour, _ICON_SIZE, self.devicePixelRatioF()))
