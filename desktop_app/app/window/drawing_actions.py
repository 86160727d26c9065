"""What the user does with pen, eraser, and the canvas as a whole."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.app.window.actions import PEN_WIDTHS, Actions
from desktop_app.app.window.canvas_fit import CanvasFit
from desktop_app.app.window.message_area import MessageArea
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.ink.strokes import Ink
from desktop_app.views.canvas.canvas import InkCanvas, Tool


class DrawingActions(QObject):
    """Connects actions with the canvas, and enables those that are possible."""

    pen_width_chosen = Signal(float)
    sheet_chosen = Signal(bool)
    """Whether the canvas is a sheet for lines."""

    def __init__(self, actions: Actions, canvas: InkCanvas, fit: CanvasFit, messages: MessageArea) -> None:
        """Connect the actions.

        Args:
            actions: of the window.
            canvas: the canvas of the window.
            fit: makes room for a sheet.
            messages: where changes of the canvas are explained.
        """
        super().__init__(canvas)
        self._actions, self._canvas, self._fit, self._messages = actions, canvas, fit, messages
        actions.new.triggered.connect(self._start_new)
        actions.undo.triggered.connect(canvas.undo)
        actions.redo.triggered.connect(canvas.redo)
        actions.clear.triggered.connect(canvas.clear)
        actions.pen.triggered.connect(lambda: canvas.set_tool(Tool.PEN))
        actions.eraser.triggered.connect(lambda: canvas.set_tool(Tool.ERASER))
        actions.thinner.triggered.connect(lambda: self._change_width(-1))
        actions.broader.triggered.connect(lambda: self._change_width(1))
        for action, width in zip(actions.widths, PEN_WIDTHS, strict=True):
            action.triggered.connect(lambda _=False, width=width: self._choose_width(width))
        actions.sheet.triggered.connect(self._choose_sheet)
        canvas.history_changed.connect(self._update)
        canvas.image_replaced.connect(self._show_image_replaced)
        canvas.erasing_refused.connect(self._show_erasing_refused)
        self._update()

    def set_pen_width(self, width: float) -> None:
        """Set the width of the next strokes in canvas units."""
        self._canvas.set_pen_width(width)
        self._actions.widths[_nearest_width(width)].setChecked(True)

    def set_sheet(self, is_sheet: bool) -> None:
        """Make the canvas a sheet for lines or a square."""
        self._canvas.set_sheet(is_sheet)
        self._fit.set_wide(is_sheet)
        self._actions.sheet.setChecked(is_sheet)

    def _update(self) -> None:
        """Enable the actions that are possible now."""
        actions, canvas = self._actions, self._canvas
        actions.undo.setEnabled(canvas.can_undo)
        actions.redo.setEnabled(canvas.can_redo)
        for action in (actions.clear, actions.copy, actions.save_image):
            action.setEnabled(not canvas.is_empty)
        actions.save_ink.setEnabled(isinstance(canvas.page, Ink) and not canvas.is_empty)

    def _start_new(self) -> None:
        """Start with an empty canvas, which can be undone, and the pen."""
        self._messages.dismiss()
        self._canvas.clear()
        self._actions.pen.trigger()

    def _choose_width(self, width: float) -> None:
        self.set_pen_width(width)
        self.pen_width_chosen.emit(width)

    def _change_width(self, steps: int) -> None:
        number = _nearest_width(self._canvas.pen_width) + steps
        self._choose_width(PEN_WIDTHS[min(max(number, 0), len(PEN_WIDTHS) - 1)])

    def _choose_sheet(self, is_sheet: bool) -> None:
        self.set_sheet(is_sheet)
        self.sheet_chosen.emit(is_sheet)

    def _show_image_replaced(self) -> None:
        undo = MessageAction(self.tr("Undo"), self._canvas.undo)
        self._messages.show(self.tr("The drawing has replaced the image."), action=undo)

    def _show_erasing_refused(self) -> None:
        self._messages.show(
            self.tr("The eraser removes strokes, and an image has none. Clear removes the image.")
        )


def _nearest_width(width: float) -> int:
    """Return the index in PEN_WIDTHS of the width nearest to one."""
    return min(range(len(PEN_WIDTHS)), key=lambda i: abs(PEN_WIDTHS[i] - width))
