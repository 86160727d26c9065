"""The panel with the answer, its probabilities and the preparation of the input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout

from desktop_app.tasks.character_sets import CharacterSet, Restriction, restriction
from desktop_app.tasks.reading import Reading, Verdict
from desktop_app.tasks.task import Task
from desktop_app.views.panel import Panel
from desktop_app.views.parts.column_view import ColumnView
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.rejected_name import rejected_name
from desktop_app.views.parts.theme import STEP
from desktop_app.views.reading.answer_head import LEAST_HEIGHT, AnswerHead
from desktop_app.views.reading.answer_texts import AnswerText, AnswerTexts
from desktop_app.views.reading.character_choice import CharacterChoice
from desktop_app.views.reading.probabilities import ProbabilityBars
from desktop_app.views.reading.sample_strip import Sample, SampleStrip
from desktop_app.views.reading.stages import Stages
from desktop_app.views.reading.text_answer import TextAnswer

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo
    from desktop_app.networks.recognizer import Observation
    from desktop_app.views.canvas.shown_text import ShownText

_ANY_WIDTH = 16_777_215  # what Qt calls QWIDGETSIZE_MAX
_ANSWER_SHARE = 0.45
"""Height of a line of the answer in relation to that of the panel."""
_ANSWER_SHARE_BELOW_TEXT = 0.15
_LARGEST_ANSWER = 80 * STEP
_WIDEST_ANSWER = 48 * STEP
_STEPS = {"ink": "ink_map", "picture": "picture"}
"""Names of the exported preparation steps."""


class ReadingPanel(Panel):
    """Shows a reading, below the text if it is of one of its characters."""

    character_chosen = Signal(int)
    """Index of the character of the text that the user selected."""

    selection_moved = Signal(int)
    """By how many characters of the text the user moved the selection with a key."""

    characters_chosen = Signal(str)
    """Set of characters that the user chose."""

    level_chosen = Signal(object)
    """AcceptanceLevel that the user chose for texts."""

    character_typed = Signal(str)
    """The label that the user typed for the selected character."""

    sample_chosen = Signal(object)
    """The ink of a sample to put on the canvas."""

    rival_chosen = Signal(object)
    """Index of the label to compare the answer with, len(labels) for none of them; None: the runner-up."""

    correction_requested = Signal()
    """The user wants to say what it is."""

    def __init__(self) -> None:
        """Start with no ink."""
        super().__init__()
        self._observation: Observation | None = None
        self._reading, self._problem = Reading(Verdict.NO_INK), ""
        self._task = Task()
        self._restriction: Restriction | None = None
        self._characters: CharacterSet = "all"
        self._rejected = ""
        self._choice = CharacterChoice()
        self._choice.characters_chosen.connect(self.characters_chosen)
        self._text = TextAnswer()
        self._text.acceptance.level_chosen.connect(self.level_chosen)
        self._text.character_chosen.connect(self.character_chosen)
        self._text.selection_moved.connect(self.selection_moved)
        self._text.character_typed.connect(self.character_typed)
        self._shown_text: ShownText | None = None
        self._answers = AnswerTexts(self)
        self._head = AnswerHead()
        self._head.correction_requested.connect(self.correction_requested)
        self._bars = ProbabilityBars(can_choose=True)
        self._bars.setToolTip(self.tr("Click a bar to see what supports the answer instead of its label"))
        self._bars.set_shows_all(False)
        self._choice.shows_all_chosen.connect(self._bars.set_shows_all)
        self._bars.label_chosen.connect(self._choose_rival)
        self._stages = Stages()
        self._strip = SampleStrip()
        self._strip.ink_chosen.connect(self.sample_chosen)
        self._strip.hide()
        self._lay_out()
        self.show_reading(Reading(Verdict.NO_INK))

    def set_text(self, text: ShownText | None) -> None:
        """Show the text of the canvas; None: it has none."""
        self._text.set_text(text)
        self._shown_text = text
        self._show_answer()

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Show the labels and the preparation of the network."""
        # Imported here to shorten the startup: Pillow is slow to load.
        from desktop_app.tasks.prepare import PREPARATIONS

        self._task = info.task
        self._text.acceptance.set_model(info.name)
        self._show_labels()
        self._stages.set_preparation(PREPARATIONS[info.task.preparation])
        self.show_reading(Reading(Verdict.NO_INK))

    def set_characters(self, characters: CharacterSet) -> None:
        """Show the labels of a set of characters, those that are possible answers."""
        if characters != self._characters:
            self._characters = characters
            self._show_labels()
            self.show_reading(Reading(Verdict.NO_INK))

    def _show_labels(self) -> None:
        self._restriction = restriction(self._task, self._characters)
        task = self._task if self._restriction is None else self._restriction.task
        self._rejected = rejected_name(task)
        self._choice.set_task(self._task, self._characters, len(task.labels))
        self._head.set_labels(task.labels)
        self._answers.set_task(task, self._rejected)
        self._bars.set_labels(task.labels, self._rejected)

    def set_samples(self, samples: tuple[Sample, ...]) -> None:
        """Offer samples to try, or none."""
        self._strip.set_samples(samples)
        self._show_strip()

    def set_observation(self, observation: Observation) -> None:
        """Show a reading and its preparation."""
        assert observation.reading is not None, "the output of the network is not an image"
        self._observation = observation
        problem = observation.problem
        self.show_reading(observation.reading, "" if problem is None else translated(problem))
        self._head.announce(self._answers.announced(self._answer()))
        self._stages.set_prepared(observation.prepared)

    def set_reading_on(self, is_reading: bool) -> None:
        """Set whether a page is being read whose answer takes a while."""
        self.show_reading(Reading(Verdict.NO_INK))
        if is_reading:
            self._observation = None
            waiting = AnswerText("", Verdict.NO_INK, self.tr("Reading…"))
            self._head.show_answer(waiting, "", can_correct=False)
            self._stages.set_prepared(None)

    def show_reading(self, reading: Reading, problem: str = "") -> None:
        """Show the answer and its probabilities; problem: why the page cannot be read, or empty."""
        self._reading, self._problem = reading, problem
        self._show_answer()
        self._bars.set_reading(reading)

    def _show_answer(self) -> None:
        reading = self._reading
        time = self.tr("Computed in {milliseconds} ms").format(milliseconds=f"{reading.milliseconds:.1f}")
        has_ink = reading.verdict is not Verdict.NO_INK
        self._head.show_answer(
            self._answer(), time if has_ink else "", can_correct=bool(reading.probabilities)
        )

    def _answer(self) -> AnswerText:
        """Return the answer: in a text, what its character is there."""
        if self._shown_text is not None and not self._problem:
            return self._answers.of_character(self._shown_text, self._reading)
        answer = self._answers.of_reading(self._reading)
        return replace(answer, hint=self._problem) if self._problem else answer

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

    def minimumSizeHint(self) -> QSize:
        """Return the size with the smallest answer, and without the samples, which a narrow panel hides."""
        widgets = (self._text, self._head, self._choice, self._column, self._stages)
        shown = (widget for widget in widgets if not widget.isHidden())
        width = max(widget.minimumSizeHint().expandedTo(widget.minimumSize()).width() for widget in shown)
        return QSize(width + 4 * STEP, self._least_height(is_beside=self._has_width_for_both()))

    def event(self, event: QEvent) -> bool:
        """Scale the answer when other parts need more room, such as the choice of characters, or less."""
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
            self._fit_head()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the parts and scale the answer."""
        super().resizeEvent(event)
        self._arrange()
        self._fit_head()

    def _arrange(self) -> None:
        """Show the preparation below the probabilities, or beside them in a panel that is low."""
        is_beside = self._has_width_for_both() and self.height() < self._least_height(is_beside=False)
        directions = QBoxLayout.Direction
        self._lower.setDirection(directions.LeftToRight if is_beside else directions.TopToBottom)
        self._lower.setSpacing(2 * STEP if is_beside else STEP)
        self._stages.setMaximumWidth(self._stages.minimumSizeHint().width() if is_beside else _ANY_WIDTH)
        self._show_strip()

    def _has_width_for_both(self) -> bool:
        """Return whether the preparation fits beside the probabilities."""
        needed = self._stages.minimumSizeHint().width() + self._bars.minimumSizeHint().width()
        return needed + 6 * STEP <= self.width()

    def _least_height(self, *, is_beside: bool) -> int:
        """Return the height with the smallest answer, the preparation below the probabilities or beside."""
        bars, steps = self._column.minimumHeight(), self._stages.minimumSizeHint().height()
        lower = max(bars, steps) if is_beside else bars + STEP + steps
        texts = (self._text, self._choice)
        above = sum(each.minimumSizeHint().height() + STEP for each in texts if not each.isHidden())
        return above + LEAST_HEIGHT + lower + 3 * STEP

    def _show_strip(self) -> None:
        """Show the samples if there is room beside the preparation."""
        needed = self._stages.minimumSizeHint().width() + self._strip.width_at(self._stages.height())
        has_room = self._lower.direction() == QBoxLayout.Direction.TopToBottom
        has_room = has_room and needed + 6 * STEP <= self.width()
        self._strip.setVisible(bool(self._strip.samples) and has_room)

    def _fit_head(self) -> None:
        """Scale the answer, which is small below a text."""
        share = _ANSWER_SHARE if self._text.isHidden() else _ANSWER_SHARE_BELOW_TEXT
        size = min(round(self.height() * share), _LARGEST_ANSWER)
        highest = max(self.height() - self._height_of_others(), LEAST_HEIGHT)
        # A verdict on words needs more room beside the answer than one on characters.
        has_words = any(len(label) > 1 for label in self._task.labels)
        widest = self.width() // (3 if has_words else 2) - 2 * STEP
        self._head.fit(size, min(widest, _WIDEST_ANSWER), highest)

    def _choose_rival(self, label: int) -> None:
        """Request the comparison with a label; the answer itself is compared with the runner-up."""
        shares = list(self._bars.values().values())
        self.rival_chosen.emit(None if shares[label] == max(shares) else self._output_of(label))

    def _output_of(self, label: int) -> int:
        """Return the output of the network for a label of the current set of characters."""
        if self._restriction is None:
            return label
        outputs = self._restriction.outputs
        return int(outputs[label]) if label < len(outputs) else len(self._task.labels)

    def _height_of_others(self) -> int:
        """Return the smallest height of everything but the answer."""
        layout = self.layout()
        assert layout is not None
        return layout.minimumSize().height() - self._head.minimumHeight()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._text)
        layout.addWidget(self._head)
        layout.addWidget(self._choice)
        self._column = ColumnView(self._bars)
        self._column.setMinimumSize(self._bars.minimumSizeHint())
        self._lower = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._lower.addWidget(self._column, 3)
        bottom = QHBoxLayout()
        bottom.setSpacing(2 * STEP)
        bottom.addWidget(self._stages, 1)
        bottom.addWidget(self._strip)
        self._lower.addLayout(bottom, 2)
        layout.addLayout(self._lower, 1)
