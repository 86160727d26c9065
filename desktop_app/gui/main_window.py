"""The main window: paper on the left, the answer on the right, the network below.

It lays out, shows what it is given, and says what the user wants. It knows neither files nor the
network; the composition root listens and answers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QDockWidget, QFileDialog, QMainWindow, QMenu, QStyle, QVBoxLayout, QWidget

from desktop_app.core.ink import Ink
from desktop_app.core.network_info import LayerInfo
from desktop_app.core.page import Page
from desktop_app.gui.actions import APPEARANCES, PEN_WIDTHS, Actions
from desktop_app.gui.canvas import InkCanvas, Tool
from desktop_app.gui.layer_panel import LayerPanel
from desktop_app.gui.message_bar import MessageBar
from desktop_app.gui.paint_ink import page_image
from desktop_app.gui.panel_title import PanelTitle
from desktop_app.gui.reading_panel import ReadingPanel
from desktop_app.gui.theme import STEP
from desktop_app.gui.tool_row import ToolRow

if TYPE_CHECKING:
    from desktop_app.recognition.recognizer import Observation

_COPY_SIDE = 800


class MainWindow(QMainWindow):
    """The one window of the program."""

    file_chosen = Signal(Path)
    """A file that the user wants on the paper: chosen, dropped, pasted or opened lately."""
    open_wanted = Signal()
    """The user wants to choose a file; ask_for_file() lets them."""
    image_pasted = Signal(QImage)
    """An image that the user wants on the paper."""
    save_ink_wanted = Signal(Path)
    save_picture_wanted = Signal(Path)
    appearance_chosen = Signal(str)
    """"system", "light" or "dark"."""
    pen_width_chosen = Signal(float)
    layer_chosen = Signal(str)
    shown = Signal()
    """The window was shown for the first time and its first painting is done."""
    message_shown = Signal(str)
    """The sentence that is shown from now on."""
    reading_painted = Signal(object)
    """The page whose reading and feature maps have just been painted."""
    closed = Signal()
    """The window closes; whoever works for it ends now."""

    def __init__(self) -> None:
        """An empty window with no network yet."""
        super().__init__()
        self.setWindowTitle(self.tr("Handwriting"))
        self.setAcceptDrops(True)
        self._unpainted: Page | None = None
        self._was_shown = False
        self._message_stays = False
        self._lays_out_itself = True
        self._folder = ""
        self.canvas = InkCanvas()
        self.reading_panel = ReadingPanel()
        self.layer_panel = LayerPanel()
        self._actions = Actions(self)
        self._recent = QMenu(self.tr("Open recent"), self)
        self._lay_out()
        self._message_bar = MessageBar(self.canvas)
        self._make_menus()
        self._connect()
        self._refresh_actions()
        self.canvas.setFocus()

    # --- what is shown ---

    def show_network(self, labels: tuple[str, ...], layers: tuple[LayerInfo, ...], layer: str) -> None:
        """The labels and layers of the network, and the name of the layer to look at first."""
        self.reading_panel.set_labels(labels)
        self.layer_panel.set_layers(layers, layer)

    def show_observation(self, page: Page, observation: Observation) -> None:
        """Show the reading of a page and the feature maps that led to it."""
        self.reading_panel.show_observation(observation)
        self.layer_panel.set_activations(observation.activations)
        self._unpainted = page

    def show_page(self, page: Page) -> None:
        """Put a page on the paper."""
        self._dismiss_message()
        self.canvas.set_page(page)

    def show_message(self, sentence: str, details: str = "", *, stays: bool = False) -> None:
        """Show one plain sentence over the lower edge of the paper, details behind a click.

        It goes when the next page comes or drawing goes on, unless it stays until it is closed.
        """
        self._message_stays = stays
        self._message_bar.show_message(sentence, details)
        self.message_shown.emit(sentence)

    def message(self) -> str:
        """The sentence that is shown now, or an empty text."""
        return self._message_bar.text()

    def set_recent_files(self, files: tuple[str, ...]) -> None:
        """The files to offer for opening again, the last opened first."""
        self._recent.clear()
        for name in files:
            action = self._recent.addAction(Path(name).name.replace("&", "&&"))
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, path=Path(name): self.file_chosen.emit(path))
        self._recent.setEnabled(bool(files))

    def set_folder(self, folder: Path) -> None:
        """Where the user is first asked for a file."""
        self._folder = str(folder)

    def ask_for_file(self, suffixes: tuple[str, ...]) -> None:
        """Let the user choose a file to open, among those with a suffix such as ".png"."""
        patterns = " ".join(f"*{suffix}" for suffix in suffixes)
        dialog = QFileDialog(self, self.tr("Open an image or ink"), self._folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        known = self.tr("Images and ink ({patterns})").format(patterns=patterns)
        dialog.setNameFilters([known, self.tr("All files (*)")])
        dialog.fileSelected.connect(lambda name: self.file_chosen.emit(Path(name)))
        self._open_dialog(dialog)

    def set_appearance(self, appearance: str) -> None:
        """Check "system", "light" or "dark" in the menu."""
        self._actions.appearances[APPEARANCES.index(appearance)].setChecked(True)

    def set_pen_width(self, width: float) -> None:
        """Use a pen width, in paper units."""
        self.canvas.set_pen_width(width)
        nearest = min(range(len(PEN_WIDTHS)), key=lambda i: abs(PEN_WIDTHS[i] - width))
        self._actions.widths[nearest].setChecked(True)

    def layout_to_keep(self) -> tuple[str, str]:
        """Geometry of the window and layout of its panels, for restore_layout()."""
        return _text(self.saveGeometry()), _text(self.saveState())

    def restore_layout(self, geometry: str, layout: str) -> None:
        """Come back as layout_to_keep() said; anything it does not understand changes nothing."""
        if not (geometry and self.restoreGeometry(_bytes(geometry))):
            self._take_first_size()
        self._lays_out_itself = not (layout and self.restoreState(_bytes(layout)))

    # --- building ---

    def _lay_out(self) -> None:
        actions = self._actions
        self._tools = ToolRow(
            [
                [actions.pen, actions.eraser, actions.width],
                [actions.undo, actions.redo, actions.clear],
                [actions.open, actions.paste],
            ]
        )
        self._central = QWidget()
        layout = QVBoxLayout(self._central)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(self._tools)
        layout.addWidget(self.canvas, 1)
        self.setCentralWidget(self._central)
        right, below = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, below)
        self.setCorner(Qt.Corner.BottomRightCorner, below)
        self._fitted_width = 0
        self._reading_dock = self._dock(self.tr("Reading"), "reading_dock", self.reading_panel)
        self._layer_dock = self._dock(self.tr("Feature maps"), "layer_dock", self.layer_panel)
        self.addDockWidget(right, self._reading_dock)
        self.addDockWidget(below, self._layer_dock)

    def _dock(self, title: str, name: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setTitleBarWidget(PanelTitle(title, dock))
        dock.setWidget(widget)
        return dock

    def _make_menus(self) -> None:
        actions = self._actions
        file = self.menuBar().addMenu(self.tr("&File"))
        file.addAction(actions.open)
        file.addMenu(self._recent)
        file.addSeparator()
        file.addActions([actions.save_ink, actions.save_png, actions.copy])
        file.addSeparator()
        file.addAction(actions.quit)
        edit = self.menuBar().addMenu(self.tr("&Edit"))
        edit.addActions([actions.undo, actions.redo])
        edit.addSeparator()
        edit.addActions([actions.paste, actions.clear])
        edit.addSeparator()
        edit.addActions([actions.pen, actions.eraser])
        widths = edit.addMenu(self.tr("Pen width"))
        widths.addActions([*actions.widths, actions.thinner, actions.broader])
        actions.width.setMenu(widths)
        view = self.menuBar().addMenu(self.tr("&View"))
        view.addActions([self._reading_dock.toggleViewAction(), self._layer_dock.toggleViewAction()])
        view.addSeparator()
        appearance = view.addMenu(self.tr("Appearance"))
        appearance.addActions(actions.appearances)
        view.addAction(actions.full_screen)

    def _connect(self) -> None:
        actions = self._actions
        actions.open.triggered.connect(self.open_wanted)
        actions.save_ink.triggered.connect(self._ask_where_to_save_ink)
        actions.save_png.triggered.connect(self._ask_where_to_save_picture)
        actions.copy.triggered.connect(self._copy)
        actions.paste.triggered.connect(self._paste)
        actions.quit.triggered.connect(self.close)
        actions.undo.triggered.connect(self.canvas.undo)
        actions.redo.triggered.connect(self.canvas.redo)
        actions.clear.triggered.connect(self.canvas.clear)
        actions.pen.triggered.connect(lambda: self.canvas.set_tool(Tool.PEN))
        actions.eraser.triggered.connect(lambda: self.canvas.set_tool(Tool.ERASER))
        actions.thinner.triggered.connect(lambda: self._change_width(-1))
        actions.broader.triggered.connect(lambda: self._change_width(1))
        actions.full_screen.toggled.connect(self._use_full_screen)
        for action, width in zip(actions.widths, PEN_WIDTHS, strict=True):
            action.triggered.connect(lambda _=False, width=width: self._choose_width(width))
        for action, name in zip(actions.appearances, APPEARANCES, strict=True):
            action.triggered.connect(lambda _=False, name=name: self.appearance_chosen.emit(name))
        self.canvas.history_changed.connect(self._refresh_actions)
        self.canvas.pen_moved.connect(self._dismiss_message)
        self.layer_panel.layer_chosen.connect(self.layer_chosen)

    def _refresh_actions(self) -> None:
        """Offer only what can be done now."""
        actions, canvas = self._actions, self.canvas
        actions.undo.setEnabled(canvas.can_undo)
        actions.redo.setEnabled(canvas.can_redo)
        for action in (actions.clear, actions.copy, actions.save_png):
            action.setEnabled(not canvas.is_empty)
        actions.save_ink.setEnabled(isinstance(canvas.page, Ink) and not canvas.is_empty)

    def _dismiss_message(self) -> None:
        if not self._message_stays and not self._message_bar.isHidden():
            self._message_bar.hide()

    # --- what the user wants ---

    def _choose_width(self, width: float) -> None:
        self.set_pen_width(width)
        self.pen_width_chosen.emit(width)

    def _change_width(self, steps: int) -> None:
        nearest = min(range(len(PEN_WIDTHS)), key=lambda i: abs(PEN_WIDTHS[i] - self.canvas.pen_width))
        self._choose_width(PEN_WIDTHS[min(max(nearest + steps, 0), len(PEN_WIDTHS) - 1)])

    def _use_full_screen(self, wanted: bool) -> None:
        state = self.windowState()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | full if wanted else state & ~full)

    def _ask_where_to_save_ink(self) -> None:
        self._ask_where_to_save(self.tr("Save the ink"), "inkml", self.save_ink_wanted)

    def _ask_where_to_save_picture(self) -> None:
        self._ask_where_to_save(self.tr("Save the picture"), "png", self.save_picture_wanted)

    def _ask_where_to_save(self, title: str, suffix: str, wanted: SignalInstance) -> None:
        dialog = QFileDialog(self, title, self._folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{suffix.upper()} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        dialog.fileSelected.connect(lambda name: wanted.emit(Path(name)))
        self._open_dialog(dialog)

    def _open_dialog(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _copy(self) -> None:
        image = page_image(self.canvas.page, _COPY_SIDE, self.canvas.pen_width)
        QGuiApplication.clipboard().setImage(image)

    def _paste(self) -> None:
        if not self._take(QGuiApplication.clipboard().mimeData()):
            self.show_message(self.tr("There is no image or file to paste; copy one first."))

    def _take(self, data: QMimeData) -> bool:
        """Take a file or an image; False where there is neither."""
        if path := _file_of(data):
            self.file_chosen.emit(path)
            return True
        if data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.image_pasted.emit(image)
                return True
        return False

    # --- events ---

    def sizeHint(self) -> QSize:
        """Enough for everything without crowding."""
        return QSize(1200, 840)

    def minimumSizeHint(self) -> QSize:
        """The smallest window that shows everything."""
        return QSize(90 * STEP, 72 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The paper keeps filling its place, as long as nobody moved the panels apart."""
        super().resizeEvent(event)
        if self._reading_dock.width() == self._fitted_width:
            self._fit_paper()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and images may be dropped anywhere."""
        if _file_of(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if self._take(event.mimeData()):
            event.acceptProposedAction()

    def event(self, event: QEvent) -> bool:
        """After everything that was due is painted, tells which reading that was."""
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self._after_painting()
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        """Before it is first seen, the paper is given its place."""
        super().showEvent(event)
        if self._was_shown:
            return
        fills_its_place = abs(self.canvas.width() - self.canvas.height()) <= STEP
        if self._lays_out_itself:
            self.resizeDocks([self._layer_dock], [self.height() * 28 // 100], Qt.Orientation.Vertical)
            self._fit_paper()
        elif fills_its_place:
            self._fitted_width = self._reading_dock.width()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell whoever works for the window."""
        super().closeEvent(event)
        self.closed.emit()

    def _after_painting(self) -> None:
        if not self._was_shown:
            self._was_shown = True
            self.shown.emit()
        if self._unpainted is not None:
            page, self._unpainted = self._unpainted, None
            self.reading_painted.emit(page)

    def _take_first_size(self) -> None:
        """Three quarters of the screen, within what suits the panels."""
        screen = self.screen().availableSize()
        width = min(max(screen.width() * 3 // 4, 1024), 1600, screen.width())
        height = min(max(screen.height() * 3 // 4, 700), 1100, screen.height())
        self.resize(width, height)

    def _fit_paper(self) -> None:
        """Give the reading what the square paper leaves, so that no empty strip lies between them."""
        if layout := self.layout():
            layout.activate()
        paper = self._central.height() - self._tools.height() - 3 * STEP
        beside = 3 * STEP + self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
        least = max(self._reading_dock.minimumSizeHint().width(), self.width() * 2 // 5)
        width = max(self.width() - paper - beside, least)
        self._fitted_width = width
        self.resizeDocks([self._reading_dock], [width], Qt.Orientation.Horizontal)


def _file_of(data: QMimeData) -> Path | None:
    """The first local file among what was pasted or dropped."""
    paths = (url.toLocalFile() for url in data.urls())
    return next((Path(path) for path in paths if path), None)


def _text(data: QByteArray) -> str:
    return data.toBase64().toStdString()


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
