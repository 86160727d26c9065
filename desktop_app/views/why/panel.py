"""The panel that shows what spoke for the answer, and what for the runner-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QGridLayout, QLabel, QSlider, QWidget

from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.theme import STEP
from desktop_app.views.why.evidence import ANY_OTHER, CanvasEvidence, Evidence, Method, extreme_of, shown
from desktop_app.views.why.evidence_view import EvidenceView

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo

_CONTROLS_WIDTH = 38 * STEP
_WORDS_WIDTH = 24 * STEP
_ANY_WIDTH = 16_777_215  # what Qt calls QWIDGETSIZE_MAX
_WIDE = 1.8
"""A panel this many times wider than high has its controls on the left instead of above."""


@dataclass(frozen=True)
class Question:
    """What the user wants to know.

    Attributes:
        method: how to find out.
        answer, rival: numbers of the answers that are compared; None stands for the most probable
            one, and for the runner-up where there is one to speak of, else for all others together.
    """

    method: Method
    answer: int | None = None
    rival: int | None = None


class WhyPanel(Panel):
    """Asks why it was one label and not another, and shows what spoke for each of them."""

    question_changed = Signal(object)
    """A Question that takes the place of the one before."""
    canvas_evidence_changed = Signal(object)
    """What is to lie over the ink on the paper: CanvasEvidence or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._none_name = self.tr("not a character")
        self._methods = self._method_choice()
        self._answer = self._label_choice(self.tr("Asked about"))
        self._rival = self._label_choice(self.tr("Compared with"))
        self._strength = QSlider(Qt.Orientation.Horizontal)
        self._strength.setAccessibleName(self.tr("Strength of the colours on the paper"))
        self._strength.setToolTip(self._strength.accessibleName())
        self._strength.setRange(0, 100)
        self._strength.setValue(85)
        self._strength.valueChanged.connect(self._emit_evidence)
        self._amount = Caption()
        self._about = QLabel()
        self._view = EvidenceView()
        self._lay_out()
        self._fill_labels((), rejects=False)
        self._about.setText(self._texts()[self.question().method][1])
        self.clear()

    # --- what is shown ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Another network: its labels can be compared, its evidence is yet to come."""
        self._fill_labels(info.labels, info.rejects)
        self.clear()

    def show_evidence(self, evidence: Evidence) -> None:
        """Show what was found, here and on the paper."""
        self._view.set_evidence(evidence, self._words_for(evidence))
        time = self.tr("{milliseconds} ms").format(milliseconds=f"{evidence.milliseconds:.0f}")
        self._amount.set_text(f"{self._amount_of(evidence)} · {time}")
        self._emit_evidence()

    def show_error(self, sentence: str) -> None:
        """Say plainly why the question has no answer."""
        self._empty(sentence)

    def show_search(self) -> None:
        """Say that what is asked takes a moment; evidence that is shown stays."""
        if self._view.evidence() is None:
            self._view.set_hint(self.tr("Looking for what spoke for the answer …"))

    def clear(self) -> None:
        """There is no ink, or what was found is of other ink."""
        self._empty(self.tr("What speaks for the answer appears here and over your ink."))

    def question(self) -> Question:
        """What the user wants to know."""
        answer, rival = self._answer.currentData(), self._rival.currentData()
        return Question(Method(self._methods.currentData()), answer, rival)

    def exported_widget(self) -> QWidget:
        """The two pictures."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """What spoke for each of the two, what decided between them, and the model input."""
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
        """The controls above two small pictures."""
        return QSize(36 * STEP, 26 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The controls stand where they leave the pictures more room."""
        super().resizeEvent(event)
        wide = self.width() > _WIDE * self.height()
        directions = QBoxLayout.Direction
        self._layout.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        self._controls.setMinimumWidth(_CONTROLS_WIDTH if wide else 0)
        self._controls.setMaximumWidth(_CONTROLS_WIDTH if wide else _ANY_WIDTH)
        # Beside two squares as high as the panel is room for words.
        self._view.setMaximumWidth(2 * self.height() if wide else _ANY_WIDTH)
        self._about.setVisible(self.width() >= _CONTROLS_WIDTH + 2 * self.height() + _WORDS_WIDTH)
        self._layout.activate()

    # --- building ---

    def _method_choice(self) -> QComboBox:
        choice = QComboBox()
        choice.setObjectName("why_method")
        choice.setAccessibleName(self.tr("Method"))
        for method, (name, about) in self._texts().items():
            choice.addItem(name, method.value)
            choice.setItemData(choice.count() - 1, about, Qt.ItemDataRole.ToolTipRole)
        choice.currentIndexChanged.connect(self._ask)
        return choice

    def _texts(self) -> dict[Method, tuple[str, str]]:
        """Name of each method, and how it finds out."""
        return {
            Method.OCCLUSION: (
                self.tr("Occlusion"),
                self.tr(
                    "Hides one spot of the ink after the other and sees how the answer changes. "
                    "Works with every network."
                ),
            ),
            Method.GRAD_CAM: (
                self.tr("Grad-CAM"),
                self.tr(
                    "Shows where the last feature maps found what matters, as coarse as they are. "
                    "Follows the pen; needs convolutions."
                ),
            ),
            Method.GRADIENTS: (
                self.tr("Integrated gradients"),
                self.tr(
                    "Gives each pixel its part in the answer, on the way from blank paper to your ink. "
                    "Needs to know how every layer computes."
                ),
            ),
        }

    def _label_choice(self, name: str) -> QComboBox:
        choice = QComboBox()
        choice.setAccessibleName(name)
        choice.setToolTip(name)
        choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(6)
        choice.currentIndexChanged.connect(self._ask)
        return choice

    def _fill_labels(self, labels: tuple[str, ...], rejects: bool) -> None:
        names = (*labels, self._none_name) if rejects else labels
        for choice, first in (
            (self._answer, self.tr("the answer")),
            (self._rival, self.tr("the runner-up")),
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
        grid.addWidget(QLabel(self.tr("and not")), 1, 1)
        grid.addWidget(self._rival, 1, 2)
        grid.addWidget(self._strength, 2, 0)
        grid.addWidget(QLabel(self.tr("on the paper")), 2, 1, 1, 2)
        grid.addWidget(self._amount, 3, 0, 1, 3)
        grid.setRowStretch(4, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self._about.setWordWrap(True)
        self._about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        # Which way it lies depends on the size: the size must not depend on it.
        self._layout.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)
        self._layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        self._layout.setSpacing(2 * STEP)
        self._layout.addWidget(self._controls)
        self._layout.addWidget(self._view, 2)
        self._layout.addWidget(self._about, 1)

    # --- words ---

    def _ask(self) -> None:
        self._about.setText(self._texts()[self.question().method][1])
        self.question_changed.emit(self.question())

    def _empty(self, sentence: str) -> None:
        self._view.set_hint(sentence)
        self._amount.set_text("")
        self._emit_evidence()

    def _emit_evidence(self) -> None:
        """What is shown here lies over the ink as well, as one map: what decided between the two."""
        evidence = self._view.evidence()
        if evidence is None:
            self.canvas_evidence_changed.emit(None)
            return
        difference = evidence.difference
        values = shown(difference, evidence.model_input, max(extreme_of(difference), evidence.least))
        strength = self._strength.value() / 100
        words = self._words_for(evidence)
        self.canvas_evidence_changed.emit(CanvasEvidence(values, evidence.placement, words, strength))

    def _words_for(self, evidence: Evidence) -> tuple[str, str]:
        words = self.tr("speaks for {label}")
        if evidence.rival == ANY_OTHER:
            against = self.tr("speaks against {label}")
            label = self._name(evidence.answer)
            return words.format(label=label), against.format(label=label)
        return words.format(label=self._name(evidence.answer)), words.format(label=self._name(evidence.rival))

    def _amount_of(self, evidence: Evidence) -> str:
        share = evidence.share
        if share is None:
            return self.tr("nothing decided between them")
        if evidence.is_faint:
            return self.tr("no single spot of the ink decides")
        words = self.tr("{share} % of what decided speaks for {label}")
        if share >= 0.5 or evidence.rival == ANY_OTHER:
            return words.format(share=round(100 * share), label=self._name(evidence.answer))
        return words.format(share=round(100 * (1 - share)), label=self._name(evidence.rival))

    def _name(self, label: str | None) -> str:
        return self.tr("“not a character”") if label is None else label
