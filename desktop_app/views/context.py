"""What a view is given: what it shares with others, and ways to ask for what others do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.views.canvas.canvas import InkCanvas
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.shared import Shared

if TYPE_CHECKING:
    from desktop_app.views.training_context import TrainingContext


class ViewContext(QObject):
    """The surroundings of all views of one window. A view knows nothing of the window and of other views.

    Attributes:
        canvas: its page, and what is laid over it.
        dialogs: for files.
        samples: data set or folder whose samples are shown to the network; None: those of the program.
        second_model: name of the model that the one that reads is compared with; empty: none yet.
    """

    failed = Signal(object, str)
    """An exception, and the sentence for the user where it is no user error."""
    layer_requested = Signal(str)
    """The layer that the user wants to look at."""
    value_requested = Signal(str, object)
    """A layer and a position in it: the value that the user wants to look at."""
    subject_requested = Signal(object)
    """A Subject: the view that shows it is to come to sight."""
    page_requested = Signal(object)
    """A page that is to be read in place of the canvas's: what it was at an earlier time, or itself again."""
    image_requested = Signal(QImage)
    """An image that is to become the page."""
    model_requested = Signal(str)
    """The name of the model in the library that is to read."""
    model_ready = Signal(str)
    """The same of a model that is new in the library."""
    save_model_requested = Signal(object)
    """The Path of a model folder of which the user wants to save a copy elsewhere."""
    close_requested = Signal()
    """What the closing of the window had to wait for is over."""

    def __init__(self, canvas: InkCanvas, dialogs: FileDialogs, parent: QObject | None = None) -> None:
        """Surroundings with nothing chosen yet."""
        super().__init__(parent)
        self.canvas, self.dialogs = canvas, dialogs
        self.samples: Shared[Path | None] = Shared(None, self)
        self.second_model: Shared[str] = Shared("", self)
        self._make_training: Callable[[], TrainingContext] | None = None
        self._training: TrainingContext | None = None

    def set_training_factory(self, make: Callable[[], TrainingContext]) -> None:
        """Say how `training` is made when it is first asked for."""
        self._make_training = make

    @property
    def has_training(self) -> bool:
        """Whether any view has asked for `training` yet."""
        return self._training is not None

    @property
    def training(self) -> TrainingContext:
        """What the views of training share.

        Raises:
            RuntimeError: nobody has said how it is made.
        """
        if self._training is None:
            if self._make_training is None:
                raise RuntimeError("set_training_factory() was not called")
            self._training = self._make_training()
        return self._training
