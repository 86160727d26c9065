"""What views share, and signals by which they request something from the window or from each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.core.text import with_digits_of
from desktop_app.lines.line_model import DEFAULT_LEVEL, AcceptanceLevel
from desktop_app.lines.text_edits import InkRange
from desktop_app.tasks.character_sets import CharacterSet
from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.canvas.shown_text import ShownText, number_of
from desktop_app.views.corrections import Corrections
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.shared import Shared
from desktop_app.views.text_commands import TextCommands

if TYPE_CHECKING:
    from desktop_app.views.training_context import TrainingContext


class ViewContext(QObject):
    """Shared by all views of one window, which do not know the window and each other.

    Attributes:
        canvas: holds the page and the evidence over it.
        dialogs: file dialogs.
        samples: data set or folder with samples to show to the network; None: the built-in samples.
        characters: set of characters that are possible answers.
        level: level of acceptance of texts.
        text: the text on the canvas with its selected character; None if the canvas has no text.
        text_commands: commands of the user about the text, which wait while it is being read.
        shows_columns: whether a view shows what the line network says; `text` has that only then.
        is_reading: whether a page on the canvas has not been read for a noticeable time.
        second_model: name of the model to compare the current one with; empty: none.
        corrections: the user's samples, and what the model learned from them.
    """

    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""
    layer_requested = Signal(str)
    """Name of the layer to show in all views."""
    value_requested = Signal(str, object)
    """A layer and a position in it: the value to show in all views."""
    subject_requested = Signal(object)
    """A Subject whose view is to be shown."""
    comparison_requested = Signal(object)
    """Index of the label to compare the answer with in the view of Subject.EVIDENCE; None: the runner-up."""
    character_requested = Signal(int)
    """Index of the character of the text to show in all views."""
    correction_requested = Signal(int, str)
    """Index of a character of the text and its true label."""
    merge_requested = Signal(int)
    """Index of a character of the text to merge with the next one."""
    split_requested = Signal(int, object)
    """Index of a character of the text to divide in two, and the horizontal position on the page; None: where
    the labels are most probable."""
    page_requested = Signal(object)
    """A page to read in place of the canvas: an earlier state of it, or the canvas itself again."""
    file_requested = Signal(Path)
    """A file to open."""
    image_requested = Signal(QImage)
    """An image to show on the canvas."""
    file_shown = Signal(object, object)
    """A page to show on the canvas, and the path of its file."""
    model_requested = Signal(str)
    """Name of the model of the library to read with."""
    model_ready = Signal(object)
    """A `NewModel` of the library, to read with if it is not worse than the current one."""
    library_changed = Signal()
    """Titles of models in the library have changed."""
    save_model_requested = Signal(object, str)
    """Path of a model folder to save a copy of, and the title of the model."""
    label_requested = Signal()
    """The user wants to say what is on the canvas."""
    saved = Signal(str)
    """Name of a file or folder that a view has saved."""
    close_requested = Signal()
    """The window may close now."""

    def __init__(self, canvas: InkCanvas, dialogs: FileDialogs, parent: QObject | None = None) -> None:
        """Start without samples and second model."""
        super().__init__(parent)
        self.canvas, self.dialogs = canvas, dialogs
        self.samples: Shared[Path | None] = Shared(None, self)
        self.second_model: Shared[str] = Shared("", self)
        self.characters: Shared[CharacterSet] = Shared("all", self)
        self.level: Shared[AcceptanceLevel] = Shared(DEFAULT_LEVEL, self)
        self.shows_columns: Shared[bool] = Shared(False, self)
        self.is_reading: Shared[bool] = Shared(False, self)
        self.corrections = Corrections(self)
        self.text: Shared[ShownText | None] = Shared(None, self)
        self.text_commands = TextCommands(self._move_selection)
        self._make_training: Callable[[], TrainingContext] | None = None
        self._training: TrainingContext | None = None

    def correct_selected(self, label: str) -> None:
        """Request the correction of the character that is selected once the page has been read."""
        self.text_commands.run(lambda: self._correct_selected(label))

    def choose_character(self, number: int) -> None:
        """Request a character of the text that is shown, after the commands that wait."""
        if (text := self.text.value) is not None:
            ranges = text.reading.characters[number].ranges
            self.text_commands.select(lambda: self._choose(ranges))

    def _choose(self, ranges: tuple[InkRange, ...]) -> None:
        text = self.text.value
        number = None if text is None else number_of(text.reading, ranges)
        if number is not None:
            self.character_requested.emit(number)

    def _correct_selected(self, label: str) -> None:
        if (text := self.text.value) is not None:
            self.correction_requested.emit(text.selected, with_digits_of(text.labels, label))

    def _move_selection(self, step: int) -> None:
        if (text := self.text.value) is not None:
            number = min(max(text.selected + step, 0), len(text.reading.characters) - 1)
            if number != text.selected:
                self.character_requested.emit(number)

    def set_training_factory(self, make: Callable[[], TrainingContext]) -> None:
        """Set the function that creates `training` when it is first used."""
        self._make_training = make

    @property
    def has_training(self) -> bool:
        """Whether `training` has been created."""
        return self._training is not None

    @property
    def training(self) -> TrainingContext:
        """What the views of training share.

        Raises:
            RuntimeError: set_training_factory() has not been called.
        """
        if self._training is None:
            if self._make_training is None:
                raise RuntimeError("set_training_factory() was not called")
            self._training = self._make_training()
        return self._training
