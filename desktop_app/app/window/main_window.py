"""The main window: the canvas in the middle, and around it the views of the chosen workspace.

It lays out, shows what it is given, and says what the user wants. It knows neither files nor the
network, and of the views what the registry says; the composition root listens and answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QMenu, QStyle, QVBoxLayout, QWidget

from desktop_app.app.views import VIEWS
from desktop_app.app.window.actions import APPEARANCES, PEN_WIDTHS, Actions
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.message_bar import MessageBar
from desktop_app.app.window.mime_data import file_in, image_in, is_network
from desktop_app.app.window.remove_menu import RemoveMenu
from desktop_app.app.window.tool_row import ToolRow
from desktop_app.app.window.view_host import InspectionState, ViewHost
from desktop_app.app.window.workspaces import Workspaces
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.suffixes import FOREIGN_SUFFIXES
from desktop_app.views.canvas.canvas import InkCanvas, Tool
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import Subject, View
from desktop_app.views.view_export import NUMBERS, PICTURE, PLOT, TABLE, view_image

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.recognizer import Observation

_COPY_SIDE = 800

_TRAINING_LIBRARIES = ("desktop_app.training", "keras", "matplotlib", "tensorflow")
"""What training needs and reading does not; the first is left out of the bundled program."""

NETWORK_FILES = {"keras": "Keras", "h5": "HDF5", "tflite": "LiteRT"}
"""What a network can be saved as: suffixes and their names."""


class MainWindow(QMainWindow):
    """The one window of the program."""

    file_chosen = Signal(Path)
    """A file that the user wants on the paper: chosen, dropped, pasted or opened lately."""
    open_requested = Signal()
    """The user wants to choose a file; ask_for_file() lets them."""
    image_pasted = Signal(QImage)
    """An image that the user wants on the paper."""
    save_ink_requested = Signal(Path)
    save_picture_requested = Signal(Path)
    save_view_requested = Signal(object, str, str, Path)
    """A panel, its title, what the user wants of it (see `views.export`), and the file for it."""
    model_chosen = Signal(str)
    """The name of the model that the user wants to read with."""
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
    import_requested = Signal(Path, str, str)
    """A file with a network from elsewhere for the model library, its title, and its answers' characters."""
    remove_requested = Signal(str, str)
    """The name and the title of a network of the user's own that is to leave the library."""
    save_network_requested = Signal(Path)
    """A file that the user wants the network that reads saved as."""
    data_folder_chosen = Signal(Path)
    """The folder in which data sets lie."""
    closed = Signal()
    """The window closes; whoever works for it ends now."""

    def __init__(self, views: Sequence[View] = VIEWS) -> None:
        """An empty window with no network yet, and places for views."""
        super().__init__()
        self.setWindowTitle(self.tr("Handwriting"))
        self.setAcceptDrops(True)
        self._unpainted: Page | None = None
        self._was_shown = False
        self._message_stays = False
        self._may_close: Callable[[], bool] = lambda: all(place.may_close(self) for place in self.places)
        self._dialogs = FileDialogs(self)
        self.canvas = InkCanvas()
        self.context = ViewContext(self.canvas, self._dialogs, self)
        self._looked_at = InspectionState()
        self.places = [ViewHost(view, self.context, self._looked_at, self._obstacle) for view in views]
        self._actions = Actions(self)
        self._recent = QMenu(self.tr("Open recent"), self)
        self._models = QMenu(self.tr("&Model"), self)
        self._model_group = QActionGroup(self)
        self._remove = RemoveMenu(self)
        self._lay_out()
        self._message_bar = MessageBar(self.canvas)
        self._make_menus()
        self._connect()
        self._refresh_actions()
        self.canvas.setFocus()

    # --- what is shown ---

    @property
    def network(self) -> NetworkInfo | None:
        """The network that reads; None before the first one is open."""
        return None if self._looked_at.network is None else self._looked_at.network.info

    @property
    def observation(self) -> Observation | None:
        """What the last reading showed; None before the first one by this network."""
        return None if self._looked_at.reading is None else self._looked_at.reading[1]

    def show_network(self, network: OpenNetwork, layer: str) -> None:
        """The network that reads, and the name of the layer to look at first."""
        info, now = network.info, self._looked_at
        now.network, now.value, now.reading = network, ("", None), None
        now.layer = layer if layer in info else _first_to_see(info)
        for place in self.places:
            place.broadcast_network()
        self._check_model(info.name)
        self._actions.save_network.setEnabled(True)

    def show_observation(self, page: Page, observation: Observation) -> None:
        """Show the reading of a page and everything inside that led to it."""
        self._looked_at.reading = page, observation
        for place in self.places:
            place.broadcast_observation()
        self._unpainted = page

    def show_layer(self, layer: str) -> None:
        """Look at another layer, and at none of its values yet."""
        self._looked_at.layer = layer
        for place in self.places:
            place.broadcast_layer()

    def show_value(self, layer: str, position: Position | None) -> None:
        """Look at a value of a layer; None: at none."""
        self._looked_at.value = layer, position
        for place in self.places:
            place.broadcast_value()

    def set_models(
        self,
        models: tuple[tuple[str, str], ...],
        errors: tuple[str, ...] = (),
        own: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Names and titles of the models to choose from, why others cannot be, and the user's own."""
        self._models.clear()
        for name, title in models:
            action = self._models.addAction(title.replace("&", "&&"))
            action.setData(name)
            action.setCheckable(True)
            self._model_group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self.model_chosen.emit(name))
        for error in errors:
            # Whoever misses a model finds out here what is the matter with it.
            self._models.addAction(error.replace("&", "&&")).setEnabled(False)
        self._models.addSeparator()
        self._models.addActions([self._actions.import_network, self._actions.save_network])
        self._remove.set_models(own)
        self._models.addMenu(self._remove)

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
        self._dialogs.set_folder(folder)

    def ask_for_file(self, suffixes: tuple[str, ...]) -> None:
        """Let the user choose a file to open, among those with a suffix such as ".png"."""
        self._dialogs.open(suffixes, self._take_file)

    def set_close_question(self, may_close: Callable[[], bool]) -> None:
        """Who is asked before the window closes, whether it may."""
        self._may_close = may_close

    def ask_to_open(
        self, title: str, kinds: str, chosen: Callable[[Path], None], suffixes: tuple[str, ...]
    ) -> None:
        """Let the user choose a file of some kinds, said in words, by their suffixes."""
        self._dialogs.open_one_of(title, kinds, suffixes, chosen)

    def ask_for_folder(self, title: str, chosen: Callable[[Path], None]) -> None:
        """Let the user choose a folder."""
        self._dialogs.folder(title, chosen)

    def ask_where_to_save_network(self, name: str, chosen: Callable[[Path], None]) -> None:
        """Let the user choose the file, and with it the kind, that a network is saved as."""
        self._dialogs.save_one_of(self.tr("Save the network"), NETWORK_FILES, chosen, name)

    def set_appearance(self, appearance: str) -> None:
        """Check "system", "light" or "dark" in the menu."""
        self._actions.appearances[APPEARANCES.index(appearance)].setChecked(True)

    def set_pen_width(self, width: float) -> None:
        """Use a pen width, in paper units."""
        self.canvas.set_pen_width(width)
        nearest = min(range(len(PEN_WIDTHS)), key=lambda i: abs(PEN_WIDTHS[i] - width))
        self._actions.widths[nearest].setChecked(True)

    def geometry_to_keep(self) -> str:
        """Place and size of the window, for restore_geometry()."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry(self, geometry: str) -> None:
        """Come back as geometry_to_keep() said, or at a first size where that says nothing."""
        kept = QByteArray.fromBase64(geometry.encode("ascii", "replace"))
        if not (geometry and self.restoreGeometry(kept)):
            self._take_first_size()

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
        self._fits = False
        self.workspaces = Workspaces(self, self.places)

    def _make_menus(self) -> None:
        actions = self._actions
        file = self.menuBar().addMenu(self.tr("&File"))
        file.addAction(actions.open)
        file.addMenu(self._recent)
        file.addSeparator()
        file.addActions([actions.save_ink, actions.save_png, actions.copy])
        file.addSeparator()
        file.addAction(actions.data_folder)
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
        self.menuBar().addMenu(self._models)
        self.set_models(())
        actions.save_network.setEnabled(False)
        view = self.menuBar().addMenu(self.tr("&View"))
        view.addActions(actions.workspaces)
        view.addSeparator()
        view.addActions(self.workspaces.panel_actions())
        view.addAction(actions.arrange)
        view.addSeparator()
        appearance = view.addMenu(self.tr("Appearance"))
        appearance.addActions(actions.appearances)
        view.addAction(actions.full_screen)

    def _connect(self) -> None:
        actions = self._actions
        actions.open.triggered.connect(self.open_requested)
        actions.save_ink.triggered.connect(self._ask_where_to_save_ink)
        actions.save_png.triggered.connect(self._ask_where_to_save_picture)
        actions.copy.triggered.connect(self._copy)
        actions.paste.triggered.connect(self._paste)
        actions.data_folder.triggered.connect(self._ask_for_data_folder)
        actions.import_network.triggered.connect(self._ask_for_network)
        actions.save_network.triggered.connect(self._ask_where_to_save_this_network)
        self._remove.remove_requested.connect(self.remove_requested)
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
        self._connect_views()

    def _connect_views(self) -> None:
        workspaces, context = self.workspaces, self.context
        for action, name in zip(self._actions.workspaces, workspaces.names, strict=True):
            action.triggered.connect(lambda _=False, name=name: workspaces.choose(name))
        self._actions.arrange.triggered.connect(workspaces.arrange_anew)
        workspaces.fitting_requested.connect(self._fit)
        workspaces.copy_requested.connect(self._copy_view)
        workspaces.save_requested.connect(self._ask_where_to_save_view)
        context.layer_requested.connect(self._choose_layer)
        context.value_requested.connect(self.show_value)
        context.subject_requested.connect(self._bring)
        context.close_requested.connect(self.close)

    def _refresh_actions(self) -> None:
        """Offer only what can be done now."""
        actions, canvas = self._actions, self.canvas
        actions.undo.setEnabled(canvas.can_undo)
        actions.redo.setEnabled(canvas.can_redo)
        for action in (actions.clear, actions.copy, actions.save_png):
            action.setEnabled(not canvas.is_empty)
        actions.save_ink.setEnabled(isinstance(canvas.page, Ink) and not canvas.is_empty)

    def _check_model(self, name: str) -> None:
        for action in self._models.actions():
            action.setChecked(action.data() == name)

    # --- what is looked at ---

    def _choose_layer(self, layer: str) -> None:
        if layer != self._looked_at.layer:
            self.show_layer(layer)
            self.layer_chosen.emit(layer)

    def _bring(self, subject: Subject) -> None:
        """Bring the view that shows a subject to sight, and have it made for what is asked of it next."""
        for place in self.places:
            if place.view.shows is subject:
                self.workspaces.show_where_it_belongs(place.view)
                place.fill()

    def _obstacle(self, view: View) -> str:
        """Why a view cannot be made, in one sentence; empty where it can."""
        if view.needs_training and any(find_spec(library) is None for library in _TRAINING_LIBRARIES):
            words = self.tr("Training needs more than reading: install {extra}.")
            return words.format(extra="handwriting[training]")
        return ""

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
        self._dialogs.save(self.tr("Save the ink"), "inkml", self.save_ink_requested.emit)

    def _ask_where_to_save_picture(self) -> None:
        self._dialogs.save(self.tr("Save the picture"), PICTURE, self.save_picture_requested.emit)

    def _ask_where_to_save_view(self, place: ViewHost, kind: str) -> None:
        if place.panel is None:
            return
        titles = {
            PICTURE: self.tr("Save the picture of this view"),
            PLOT: self.tr("Save the drawing of this view"),
            NUMBERS: self.tr("Save the numbers of this view"),
            TABLE: self.tr("Save the table of this view"),
        }
        wanted = partial(self.save_view_requested.emit, place.panel, place.view.title, kind)
        self._dialogs.save(titles[kind], kind, wanted, f"{place.view.name}.{kind}")

    def _ask_for_data_folder(self) -> None:
        self.ask_for_folder(self.tr("Where data sets lie"), self.data_folder_chosen.emit)

    def _ask_for_network(self) -> None:
        title, kinds = self.tr("Import a network"), self.tr("Networks that Keras has saved")
        self.ask_to_open(title, kinds, self._ask_about_network, FOREIGN_SUFFIXES)

    def _ask_about_network(self, path: Path) -> None:
        """Ask what a network is to be called; a question about another one goes."""
        for older in self.findChildren(ImportDialog):
            older.close()
        question = ImportDialog(path, self)
        question.import_requested.connect(self.import_requested)
        self.closed.connect(question.close)
        question.show()

    def _ask_where_to_save_this_network(self) -> None:
        if self.network is not None:
            self.ask_where_to_save_network(self.network.name, self.save_network_requested.emit)

    def _copy(self) -> None:
        image = page_image(self.canvas.page, _COPY_SIDE, self.canvas.pen_width)
        QGuiApplication.clipboard().setImage(image)

    def _copy_view(self, place: ViewHost) -> None:
        if place.panel is not None:
            QGuiApplication.clipboard().setImage(view_image(place.panel))

    def _paste(self) -> None:
        if not self._take(QGuiApplication.clipboard().mimeData()):
            self.show_message(self.tr("There is no image or file to paste; copy one first."))

    def _take(self, data: QMimeData) -> bool:
        """Take a file or an image; False where there is neither."""
        if path := file_in(data):
            self._take_file(path)
        elif image := image_in(data):
            self.image_pasted.emit(image)
        else:
            return False
        return True

    def _take_file(self, path: Path) -> None:
        if is_network(path):
            self._ask_about_network(path)
        else:
            self.file_chosen.emit(path)

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
        if self._fits:
            self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and images may be dropped anywhere."""
        if file_in(event.mimeData()) or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        if self._take(event.mimeData()):
            event.acceptProposedAction()

    def event(self, event: QEvent) -> bool:
        """After everything that was due is painted, tells which reading that was."""
        if isinstance(event, QMouseEvent) and self.isSeparator(event.position().toPoint()):
            # From now on the panels have the room that the user gives them.
            self._fits = self._fits and not event.buttons()
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self._after_painting()
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        """Before it is first seen, the paper is given its place."""
        super().showEvent(event)
        if self._was_shown:
            return
        if self.workspaces.stands_as_at_first:
            self._fit()
        else:
            self._fits = abs(self.canvas.width() - self.canvas.height()) <= STEP

    def changeEvent(self, event: QEvent) -> None:
        """Tabs and menus take the colours of a new palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.workspaces.dress()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell whoever works for the window, unless it is to stay."""
        if not self._may_close():
            event.ignore()
            return
        super().closeEvent(event)
        for place in self.places:
            place.close_view()
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

    def _fit(self) -> None:
        """Give panels that stand as at first their room, and the paper its square."""
        if not self.isVisible():
            return
        self._settle()
        self.workspaces.size_at_first()
        self._settle()
        if dock := self.workspaces.beside_canvas():
            # No empty strip lies between the square paper and what stands beside it.
            paper = self._central.height() - self._tools.height() - 3 * STEP
            if share := self.workspaces.canvas_share:
                paper = min(paper, round(share * self.width()))
            between = 3 * STEP + self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent)
            least = max(dock.minimumSizeHint().width(), self.width() * 2 // 5)
            width = max(self.width() - paper - between, least)
            self.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
            self._settle()
        self._fits = True

    def _settle(self) -> None:
        """Let the panels take the room that they were given."""
        if layout := self.layout():
            layout.activate()


def _first_to_see(info: NetworkInfo) -> str:
    """The first layer that has something to show: the one behind the input."""
    return next((layer.name for layer in info.layers if not layer.passes_on), info.output)
