"""The why panel: controls and images of the evidence for two labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from desktop_app.views.canvas.canvas_evidence import CanvasEvidence
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.combo_box import ComboBox
from desktop_app.views.parts.narrow_box import NarrowBox
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.parts.slider import Slider
from desktop_app.views.parts.theme import STEP
from desktop_app.views.why.evidence import ANY_OTHER, Evidence, Method, display_extreme, display_values
from desktop_app.views.why.evidence_view import EvidenceView

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo

_CONTROLS_WIDTH = 38 * STEP
_DESCRIPTION_WIDTH = 24 * STEP
_NO_MAXIMUM = 16_777_215  # QWIDGETSIZE_MAX
_WIDE = 1.8
"""Ratio of width to height from which the controls are on the left instead of above."""


@dataclass(frozen=True)
class Question:
    """What evidence the user asks for.

    Attributes:
        method: of attribution.
        answer, rival: indices of the answers to compare; None stands for the most probable answer,
            and for the runner-up, or for all others if there is no probable runner-up.
    """

    method: Method
    answer: int | None = None
    rival: int | None = None


class WhyPanel(Panel):
    """Asks why the answer is one label instead of another, and shows the evidence for both."""

    question_changed = Signal(object)
    """A changed Question."""
    canvas_evidence_changed = Signal(object)
    """The CanvasEvidence to show over the ink, or None."""
    stop_requested = Signal()
    """The user wants to stop the computation."""

    def __init__(self) -> None:
        """Start without a network."""
        super().__init__()
        self._rejected = ""
        self._methods = self._method_choice()
        self._answer = self._label_choice(self.tr("Answer to explain"))
        self._rival = self._label_choice(self.tr("Answer to compare with"))
        self._strength = Slider()
        self._strength.setAccessibleName(self.tr("Opacity of the colours on the canvas"))
        self._strength.setToolTip(self._strength.accessibleName())
        self._strength.setRange(0, 100)
        self._strength.setValue(85)
        self._strength.valueChanged.connect(self._emit_evidence)
        self._summary = Caption()
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setToolTip(self.tr("Stop computing the evidence"))
        self._stop.clicked.connect(self.stop_requested)
        self._description = QLabel()
        self._view = EvidenceView()
        self._lay_out()
        self._fill_labels(())
        self._description.setText(self._method_texts()[self.question().method][1])
        self.clear()

    # --- contents ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Offer the labels of another network, and clear the evidence."""
        self._rejected = rejected_name(info.task)
        self._fill_labels(info.labels)
        self.clear()

    def show_evidence(self, evidence: Evidence) -> None:
        """Show evidence here and on the canvas."""
        self._set_stoppable(False)
        self._view.set_evidence(evidence, self._labels_of(evidence))
        if evidence.milliseconds < 1000:
            time = self.tr("{milliseconds} ms").format(milliseconds=f"{evidence.milliseconds:.0f}")
        else:
            time = self.tr("{seconds} s").format(seconds=f"{evidence.milliseconds / 1000:.1f}")
        self._summary.set_text(f"{self._summary_of(evidence)} · {time}")
        self._emit_evidence()

    def show_error(self, sentence: str) -> None:
        """Show why there is no evidence."""
        self._show_message(sentence)

    def show_progress(self, share: float | None = None) -> None:
        """Show that evidence is being computed, unless there is evidence.

        Args:
            share: share that is done, 0..1, of a computation that takes long and can be stopped; None for
                others.
        """
        self._set_stoppable(share is not None)
        if self._view.evidence() is not None:
            return
        if share is None:
            self._view.set_hint(self.tr("Computing the evidence…"))
        else:
            text = self.tr("Computing the evidence… {share} %")
            self._view.set_hint(text.format(share=f"{100 * share:.0f}"))

    def clear(self) -> None:
        """Show the hint for a panel without evidence."""
        self._show_message(self.tr("What supports the answer appears here and on the canvas."))

    def question(self) -> Question:
        """Return the method and the answers that are chosen."""
        answer, rival = self._answer.currentData(), self._rival.currentData()
        return Question(Method(self._methods.currentData()), answer, rival)

    def compare_with(self, rival: int | None) -> None:
        """Compare the answer with a label; rival: as in Question."""
        self._answer.setCurrentIndex(self._answer.findData(None))
        self._rival.setCurrentIndex(self._rival.findData(rival))

    def exported_widget(self) -> QWidget:
        """Return the images."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return the evidence for each label, their difference, and the model input."""
        evidence = self._view.evidence()
        if evidence is None:
            return {}
        return {
            "for_answer": evidence.for_answer,
            "for_rival": evidence.for_rival,
            "difference": evidence.difference,
            "model_input": evidence.model_input,
        }

    def minimumSizeHint(self) -> QSize:
        """Return the size of the controls above two small images."""
        return QSize(36 * STEP, 26 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the controls where they leave more room for the images."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        directions = QBoxLayout.Direction
        self._layout.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
        controls_width = max(_CONTROLS_WIDTH, self._controls.sizeHint().width())
        self._controls.setMinimumWidth(controls_width if is_wide else 0)
        self._controls.setMaximumWidth(controls_width if is_wide else _NO_MAXIMUM)
        # Next to two squares as high as the panel is room for the description.
        self._view.setMaximumWidth(2 * self.height() if is_wide else _NO_MAXIMUM)
        self._description.setVisible(self.width() >= controls_width + 2 * self.height() + _DESCRIPTION_WIDTH)
        self._layout.activate()

    # --- building ---

    def _method_choice(self) -> QComboBox:
        choice = ComboBox()
        choice.setObjectName("why_method")
        choice.setAccessibleName(self.tr("Method"))
        choice.setToolTip(self.tr("How the evidence is computed"))
        for method, (name, description) in self._method_texts().items():
            choice.addItem(name, method.value)
            choice.setItemData(choice.count() - 1, description, Qt.ItemDataRole.ToolTipRole)
        choice.currentIndexChanged.connect(self._emit_question)
        return choice

    def _method_texts(self) -> dict[Method, tuple[str, str]]:
        """Return the name and the description of each method."""
        return {
            Method.OCCLUSION: (
                self.tr("Occlusion"),
                self.tr(
                    "Hides one part of the input after another and measures how the answer changes. "
                    "A part of a colour image gets its mean colour. Works with every model."
                ),
            ),
            Method.GRAD_CAM: (
                self.tr("Grad-CAM"),
                self.tr(
                    "Shows where the last convolution found evidence, at the resolution of its feature maps. "
                    "Follows the pen; needs a convolution."
                ),
            ),
            Method.GRADIENTS: (
                self.tr("Integrated gradients"),
                self.tr(
                    "Attributes the answer to each pixel, on the path from an empty input, or the mean "
                    "colour of an image, to this one. Needs layers whose arithmetic is known."
                ),
            ),
        }

    def _label_choice(self, name: str) -> QComboBox:
        choice = NarrowBox()
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.currentIndexChanged.connect(self._emit_question)
        return choice

    def _fill_labels(self, labels: tuple[str, ...]) -> None:
        names = (*labels, self._rejected) if self._rejected else labels
        for choice, first in (
            (self._answer, self.tr("answer")),
            (self._rival, self.tr("runner-up")),
        ):
            choice.blockSignals(True)
            choice.clear()
            choice.addItem(first, None)
            for number, name in enumerate(names):
                choice.addItem(name, number)
            choice.blockSignals(False)

    def _lay_out(self) -> None:
        self._controls = QWidget()
        grid = QGridLayout(self._controls)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(STEP)
        grid.addWidget(self._methods, 0, 0, 1, 3)
        grid.addWidget(self._answer, 1, 0)
        grid.addWidget(QLabel(self.tr("instead of")), 1, 1)
        grid.addWidget(self._rival, 1, 2)
        grid.addWidget(self._strength, 2, 0)
        grid.addWidget(QLabel(self.tr("on the canvas")), 2, 1, 1, 2)
        grid.addWidget(self._summary, 3, 0, 1, 3)
        grid.addWidget(self._stop, 3, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        # Room for the button, so that the layout does not move.
        grid.setRowMinimumHeight(3, self._stop.sizeHint().height())
        self._set_stoppable(False)
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self._description.setWordWrap(True)
        self._description.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._description.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._description.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._description.setTextFormat(Qt.TextFormat.PlainText)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        # The direction depends on the size, so the size must not depend on the direction.
        self._layout.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self._layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        self._layout.setSpacing(2 * STEP)
        self._layout.addWidget(self._controls)
        self._layout.addWidget(self._view, 2)
        self._layout.addWidget(self._description, 1)

    # --- texts ---

    def _emit_question(self) -> None:
        self._description.setText(self._method_texts()[self.question().method][1])
        self.question_changed.emit(self.question())

    def _set_stoppable(self, stoppable: bool) -> None:
        self._stop.setVisible(stoppable)
        self._summary.setVisible(not stoppable)

    def _show_message(self, sentence: str) -> None:
        self._set_stoppable(False)
        self._view.set_hint(sentence)
        self._summary.set_text("")
        self._emit_evidence()

    def _emit_evidence(self) -> None:
        """Emit the difference of the evidence for the canvas."""
        evidence = self._view.evidence()
        if evidence is None:
            self.canvas_evidence_changed.emit(None)
            return
        difference = evidence.difference
        extreme = max(display_extreme(difference), evidence.min_extreme)
        values = display_values(difference, evidence.ink, extreme)
        strength = self._strength.value() / 100
        legend = self._labels_of(evidence)
        self.canvas_evidence_changed.emit(CanvasEvidence(values, evidence.placement, legend, strength))

    def _labels_of(self, evidence: Evidence) -> tuple[str, str]:
        """Return the meaning of values above and below 0."""
        supports, contradicts = self.tr("supports {label}"), self.tr("contradicts {label}")
        answer = self._name(evidence.answer)
        if evidence.rival == ANY_OTHER:
            return supports.format(label=answer), contradicts.format(label=answer)
        return supports.format(label=answer), supports.format(label=self._name(evidence.rival))

    def _summary_of(self, evidence: Evidence) -> str:
        share = evidence.share
        if share is None:
            return self.tr("no evidence for either")
        if evidence.is_weak:
            return self.tr("no single part decides")
        text = self.tr("{share} % of the evidence supports {label}")
        if share >= 0.5 or evidence.rival == ANY_OTHER:
            return text.format(share=round(100 * share), label=self._name(evidence.answer))
        return text.format(share=round(100 * (1 - share)), label=self._name(evidence.rival))

    def _name(self, label: str | None) -> str:
        return f"“{self._rejected}”" if label is None else label
