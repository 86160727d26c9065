"""The main window: the canvas in the middle, and around it the views of the chosen workspace.

The window knows neither files nor networks: it shows what it is given and emits what the user requests.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPointF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from desktop_app.app.help.help_pages import HelpPages
from desktop_app.app.views import VIEWS
from desktop_app.app.window.actions import APPEARANCES, GROUPINGS, PEN_WIDTHS, Actions
from desktop_app.app.window.canvas_fit import CanvasFit
from desktop_app.app.window.character_menu import CharacterMenu
from desktop_app.app.window.file_drop import FileDrop
from desktop_app.app.window.import_dialog import ImportDialog
from desktop_app.app.window.menus import RecentFilesMenu, add_menus
from desktop_app.app.window.message_area import MessageArea
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.app.window.mime_data import files_in, image_in, is_model_file
from desktop_app.app.window.model_menu import ModelMenu
from desktop_app.app.window.models_dialog import ModelsDialog, UserModels
from desktop_app.app.window.tab_order import focus_next
from desktop_app.app.window.tool_row import ToolRow
from desktop_app.app.window.view_host import InspectionState, ViewHost
from desktop_app.app.window.workspaces import Workspaces
from desktop_app.core.errors import UserError
from desktop_app.core.installation import install_advice
from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.networks.network_info import NetworkInfo
from desktop_app.networks.suffixes import IMPORTABLE_SUFFIXES
from desktop_app.views.canvas.canvas import InkCanvas, Tool
from desktop_app.views.canvas.paint_ink import page_image
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.context import ViewContext
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.file_dialogs import FileDialogs
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import STEP
from desktop_app.views.view import TRAIN, Subject, View
from desktop_app.views.view_export import PICTURE

if TYPE_CHECKING:
    from desktop_app.networks.arithmetic import Position
    from desktop_app.networks.import_facts import ImportFacts
    from desktop_app.networks.library import LibraryEntry
    from desktop_app.networks.recognizer import Observation
    from desktop_app.tasks.task import Task

_COPY_SIDE = 800

_TRAINING_LIBRARIES = ("desktop_app.training", "keras", "matplotlib", "tensorflow")
"""Needed for training only; the bundled program has no desktop_app.training."""

_MODEL_FILES = {"keras": "Keras", "h5": "HDF5", "tflite": "LiteRT"}
"""Suffixes that a model can be saved with, and the names of the formats."""


class MainWindow(QMainWindow):
    """The only window of the program."""

    file_chosen = Signal(Path)
    """A file to show on the canvas: chosen, dropped, pasted, or opened recently."""
    files_dropped = Signal(object)
    """Two or more files, of which the first is to be shown on the canvas: list of paths."""
    recent_files_requested = Signal()
    """The files for set_recent_files() may be out of date."""
    open_requested = Signal()
    """Choose a file to open; see ask_for_file()."""
    image_pasted = Signal(QImage)
    """An image to show on the canvas."""
    save_ink_requested = Signal(Path)
    save_image_requested = Signal(Path)
    model_chosen = Signal(str)
    """Name of the model to read with."""
    appearance_chosen = Signal(str)
    """"system", "light" or "dark"."""
    pen_width_chosen = Signal(float)
    sheet_chosen = Signal(bool)
    """Whether the canvas is a sheet for lines."""
    grouping_chosen = Signal(str)
    """Style of `lines.grouping` in which texts are shown."""
    layer_chosen = Signal(str)
    shown = Signal()
    """The window has been painted for the first time."""
    message_shown = Signal(str)
    reading_painted = Signal(object)
    """The page whose reading has just been painted."""
    model_file_chosen = Signal(Path)
    """A model file to check; the answer is shown by show_import_facts() or show_import_problem()."""
    import_requested = Signal(str, object)
    """Title of the model in that file, and the labels of its outputs as a tuple."""
    import_cancelled = Signal()
    remove_requested = Signal(str, str)
    """Name and title of a user's model to remove from the library."""
    rename_requested = Signal(str, str)
    """Name of a user's model, and its new title."""
    copy_model_requested = Signal(object)
    """Path of the folder of a model to save a copy of."""
    save_model_requested = Signal(Path)
    """The file to save a copy of the current model as."""
    data_folder_chosen = Signal(Path)
    correction_requested = Signal()
    """The user wants to say what is on the canvas."""
    closed = Signal()

    def __init__(self, views: Sequence[View] = VIEWS) -> None:
        """Start without a network and without panels."""
        super().__init__()
        self.setWindowTitle(self.tr("Handwriting"))
        self._unpainted: Page | None = None
        self._library: tuple[tuple[LibraryEntry, ...], UserModels] = (), ()
        self._was_shown = False
        self._has_room_for_frame = False
        self._file_name = ""
        self._drafted: Task | None = None
        self._may_close: Callable[[], bool] = lambda: all(host.may_close(self) for host in self.hosts)
        self._dialogs = FileDialogs(self)
        self.canvas = InkCanvas()
        self.context = ViewContext(self.canvas, self._dialogs, self)
        self._state = InspectionState()
        self.hosts = [ViewHost(view, self.context, self._state, self._problem) for view in views]
        self._actions = Actions(self)
        self._recent = RecentFilesMenu(self)
        self._models = ModelMenu(
            [
                self._actions.about_model,
                self._actions.import_model,
                self._actions.save_model,
                self._actions.manage_models,
            ],
            self,
        )
        self._help = HelpPages(self)
        self._lay_out()
        self._messages = MessageArea(self, self.canvas)
        self._drop = FileDrop(self, self.canvas)
        add_menus(self.menuBar(), self._actions, self._recent, self._models, self.workspaces.panel_actions())
        self._actions.save_model.setEnabled(False)
        self._actions.about_model.setEnabled(False)
        self._connect()
        self._connect_text()
        self._connect_views()
        self._update_actions()
        self.canvas.setFocus()

    # --- what is shown ---

    @property
    def network(self) -> NetworkInfo | None:
        """The current network; None before the first one is open."""
        return None if self._state.network is None else self._state.network.info

    @property
    def observation(self) -> Observation | None:
        """The observation of the last reading; None before the first one with this network."""
        return None if self._state.reading is None else self._state.reading[1]

    @property
    def last_reading(self) -> tuple[Page, Observation] | None:
        """The page that was read last, and its observation; None before the first one with this network."""
        return self._state.reading

    def show_network(self, network: OpenNetwork, layer: str) -> None:
        """Show the network that reads from now on; layer: name of the layer to show first, if it exists."""
        info, state = network.info, self._state
        state.network, state.value, state.reading = network, ("", None), None
        state.layer = layer if layer in info else _first_visible_layer(info)
        self._update_hint()
        for host in self.hosts:
            host.update_network()
        self.workspaces.set_task(info.task.kind)
        self._models.check_model(info.name)
        self._list_models()
        self._actions.save_model.setEnabled(True)
        self._actions.about_model.setEnabled(network.card is not None)
        if network.card is not None:
            self._help.update_model(network.card)

    def show_text(self, text: ShownText | None) -> None:
        """Show the text of the canvas, or that it has none."""
        self.canvas.set_text(text)
        self.context.text.set(text)
        self._update_actions()

    def set_drafted_task(self, task: Task) -> None:
        """Set the task of the recipe that is being edited."""
        self._drafted = task
        self._update_hint()

    def show_observation(self, page: Page, observation: Observation) -> None:
        """Show the reading of a page in all views."""
        self._state.reading = page, observation
        for host in self.hosts:
            host.update_observation()
        self._unpainted = page if self.canvas.text is None else self.canvas.text.page

    def show_layer(self, layer: str) -> None:
        """Show a layer in all views."""
        self._state.layer = layer
        for host in self.hosts:
            host.update_layer()

    def show_value(self, layer: str, position: Position | None) -> None:
        """Show a value of a layer in all views; None: no value."""
        self._state.value = layer, position
        for host in self.hosts:
            host.update_value()

    def set_models(
        self,
        models: tuple[LibraryEntry, ...],
        problems: tuple[str, ...] = (),
        user_models: UserModels = (),
    ) -> None:
        """List the models of the library in menu and dialog; see ModelMenu and ModelsDialog."""
        self._models.set_models(models, problems)
        self._library = models, user_models
        self._list_models()

    def show_page(self, page: Page) -> None:
        """Show a page on the canvas."""
        self._messages.dismiss()
        self.canvas.set_page(page)

    def show_message(
        self,
        sentence: str,
        details: str = "",
        *,
        is_error: bool = False,
        stays: bool = False,
        action: MessageAction | None = None,
    ) -> None:
        """Show a sentence over the lower edge of the window.

        Args:
            sentence: the message.
            details: shown after a click.
            is_error: the message looks like an error and does not disappear by itself.
            stays: the message neither disappears by itself nor with the next page.
            action: a button of the message.
        """
        self._messages.show_message(sentence, details, is_error=is_error, stays=stays, action=action)
        self.message_shown.emit(sentence)

    def show_error(self, error: Exception, sentence: str, *, stays: bool = False) -> None:
        """Show a user error, or for any other error the sentence with the traceback as details."""
        if isinstance(error, UserError):
            self.show_message(translated(error), is_error=True, stays=stays)
        else:
            details = "".join(traceback.format_exception(error))
            self.show_message(sentence, details, is_error=True, stays=stays)

    def message(self) -> str:
        """Return the last sentence that is still shown; empty if there is none."""
        return self._messages.text()

    def set_recent_files(self, files: tuple[str, ...]) -> None:
        """List files to open again, the most recent first."""
        self._recent.set_files(files)

    def set_file_name(self, name: str) -> None:
        """Set the name without suffix that is proposed for a file of the canvas."""
        self._file_name = name

    def set_folder(self, folder: Path) -> None:
        """Set the folder in which file dialogs start."""
        self._dialogs.set_folder(folder)

    def ask_for_file(self, suffixes: tuple[str, ...]) -> None:
        """Ask for a file to open, with a suffix such as ".png"."""
        self._dialogs.open(suffixes, self._open_file)

    def set_close_question(self, may_close: Callable[[], bool]) -> None:
        """Replace the question to the views whether the window may close."""
        self._may_close = may_close

    def ask_where_to_save_model(self, name: str, chosen: Callable[[Path], None]) -> None:
        """Ask for the file, and with it the format, to save a model as."""
        self._dialogs.save_one_of(self.tr("Save model"), _MODEL_FILES, chosen, name)

    def set_appearance(self, appearance: str) -> None:
        """Check "system", "light" or "dark" in the menu."""
        self._actions.appearances[APPEARANCES.index(appearance)].setChecked(True)

    def set_pen_width(self, width: float) -> None:
        """Set the width of the next strokes in canvas units."""
        self.canvas.set_pen_width(width)
        self._actions.widths[_nearest_width(width)].setChecked(True)

    def set_sheet(self, is_sheet: bool) -> None:
        """Make the canvas a sheet for lines or a square."""
        self.canvas.set_sheet(is_sheet)
        self._fit.set_wide(is_sheet)
        self._actions.sheet.setChecked(is_sheet)

    def set_grouping(self, grouping: str) -> None:
        """Check a style of `lines.grouping` in the menu."""
        self._actions.groupings[GROUPINGS.index(grouping)].setChecked(True)

    def saved_geometry(self) -> str:
        """Return position and size of the window as text, for restore_geometry()."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry(self, geometry: str) -> None:
        """Restore saved_geometry(); use the default size if it is invalid."""
        saved = QByteArray.fromBase64(geometry.encode("ascii", "replace"))
        if not (geometry and self.restoreGeometry(saved)):
            self._apply_default_size()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Move the focus in the order of the layout, past hidden views."""
        return focus_next(self, forwards=forwards)

    # --- building ---

    def _lay_out(self) -> None:
        actions = self._actions
        tools = ToolRow(
            [
                [actions.pen, actions.eraser, actions.width, actions.sheet],
                [actions.undo, actions.redo, actions.clear],
                [actions.open, actions.paste],
            ]
        )
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(2 * STEP, STEP, STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(tools)
        layout.addWidget(self.canvas, 1)
        self.setCentralWidget(central)
        self.workspaces = Workspaces(self, self.hosts)
        self._fit = CanvasFit(self, self.canvas, self.workspaces)

    def _connect(self) -> None:
        actions = self._actions
        actions.new.triggered.connect(self._new)
        actions.open.triggered.connect(self.open_requested)
        actions.save_ink.triggered.connect(self._ask_where_to_save_ink)
        actions.save_image.triggered.connect(self._ask_where_to_save_image)
        actions.copy.triggered.connect(self._copy)
        actions.paste.triggered.connect(self._paste)
        actions.data_folder.triggered.connect(self._ask_for_data_folder)
        actions.import_model.triggered.connect(self._ask_for_model)
        actions.save_model.triggered.connect(self._ask_where_to_save_current_model)
        actions.about_model.triggered.connect(self._show_model)
        actions.getting_started.triggered.connect(self._help.show_getting_started)
        actions.shortcuts.triggered.connect(self._show_shortcuts)
        actions.glossary.triggered.connect(self._help.show_glossary)
        actions.about.triggered.connect(self._help.show_about)
        self._recent.file_chosen.connect(self.file_chosen)
        self._recent.aboutToShow.connect(self.recent_files_requested)
        self._drop.dropped.connect(self._open_data)
        self._models.model_chosen.connect(self.model_chosen)
        actions.manage_models.triggered.connect(self._manage_models)
        actions.quit.triggered.connect(self.close)
        actions.undo.triggered.connect(self.canvas.undo)
        actions.redo.triggered.connect(self.canvas.redo)
        actions.clear.triggered.connect(self.canvas.clear)
        actions.correct.triggered.connect(self.correction_requested)
        actions.pen.triggered.connect(lambda: self.canvas.set_tool(Tool.PEN))
        actions.eraser.triggered.connect(lambda: self.canvas.set_tool(Tool.ERASER))
        actions.thinner.triggered.connect(lambda: self._change_width(-1))
        actions.broader.triggered.connect(lambda: self._change_width(1))
        actions.full_screen.toggled.connect(self._set_full_screen)
        for action, width in zip(actions.widths, PEN_WIDTHS, strict=True):
            action.triggered.connect(lambda _=False, width=width: self._choose_width(width))
        for action, name in zip(actions.appearances, APPEARANCES, strict=True):
            action.triggered.connect(lambda _=False, name=name: self.appearance_chosen.emit(name))
        self.canvas.history_changed.connect(self._update_actions)
        self.canvas.image_replaced.connect(self._show_image_replaced)
        self.canvas.erasing_refused.connect(self._show_erasing_refused)

    def _connect_text(self) -> None:
        """Connect what can be done with several characters."""
        actions = self._actions
        actions.sheet.triggered.connect(self._set_sheet)
        actions.copy_text.triggered.connect(self._copy_text)
        actions.merge.triggered.connect(lambda: self._request_at_selected(self.context.merge_requested.emit))
        actions.split.triggered.connect(
            lambda: self._request_at_selected(lambda number: self.context.split_requested.emit(number, None))
        )
        for action, name in zip(actions.groupings, GROUPINGS, strict=True):
            action.triggered.connect(lambda _=False, name=name: self.grouping_chosen.emit(name))
        self.canvas.character_chosen.connect(self.context.character_requested)
        self.canvas.character_typed.connect(self.context.correct_selected)
        self.canvas.menu_requested.connect(self._show_character_menu)

    def _connect_views(self) -> None:
        workspaces, context = self.workspaces, self.context
        for action, name in zip(self._actions.workspaces, workspaces.names, strict=True):
            action.triggered.connect(lambda _=False, name=name: workspaces.choose(name))
        self._actions.reset_layout.triggered.connect(workspaces.reset_layout)
        workspaces.changed.connect(self._update_hint)
        workspaces.layout_reset.connect(self._fit.fit)
        workspaces.views_changed.connect(self._fit.refit)
        context.layer_requested.connect(self._choose_layer)
        context.value_requested.connect(self.show_value)
        context.subject_requested.connect(self._show_subject)
        context.close_requested.connect(self.close)

    def _update_actions(self) -> None:
        """Enable the actions that are possible now."""
        actions, canvas = self._actions, self.canvas
        actions.undo.setEnabled(canvas.can_undo)
        actions.redo.setEnabled(canvas.can_redo)
        for action in (actions.clear, actions.copy, actions.save_image):
            action.setEnabled(not canvas.is_empty)
        actions.save_ink.setEnabled(isinstance(canvas.page, Ink) and not canvas.is_empty)
        text = self.context.text.value
        actions.set_has_text(text is not None)
        actions.split.setEnabled(not canvas.is_empty)
        actions.merge.setEnabled(text is not None and text.can_merge(text.selected))

    # --- views ---

    def _choose_layer(self, layer: str) -> None:
        if layer != self._state.layer:
            self.show_layer(layer)
            self.layer_chosen.emit(layer)

    def _show_subject(self, subject: Subject) -> None:
        """Show the view of a subject; its panel is created, since it will be given something to show."""
        for host in self.hosts:
            if host.view.shows is subject:
                if subject is Subject.EVIDENCE:
                    # It stays beside the answer that it is about.
                    self.workspaces.show_view(host.view.name)
                else:
                    self.workspaces.show_in_workspace(host.view)
                host.create_view()

    def _update_hint(self) -> None:
        """Let the empty canvas name the task of the model, or in Train that of another recipe."""
        if self.network is not None:
            is_training = self.workspaces.name == TRAIN
            self.canvas.set_task(self.network.task, self._drafted if is_training else None)

    def _problem(self, view: View) -> str:
        """Return why a view cannot be created, in one sentence; empty if it can."""
        if view.needs_training and any(find_spec(library) is None for library in _TRAINING_LIBRARIES):
            sentence = self.tr("Training needs more libraries. {advice}")
            return sentence.format(advice=translated(install_advice()))
        return ""

    def _show_image_replaced(self) -> None:
        undo = MessageAction(self.tr("Undo"), self.canvas.undo)
        self.show_message(self.tr("The drawing has replaced the image."), action=undo)

    def _show_erasing_refused(self) -> None:
        self.show_message(
            self.tr("The eraser removes strokes, and an image has none. Clear removes the image.")
        )

    # --- user requests ---

    def _new(self) -> None:
        """Start with an empty canvas, which can be undone, and the pen."""
        self._messages.dismiss()
        self.canvas.clear()
        self._actions.pen.trigger()

    def _choose_width(self, width: float) -> None:
        self.set_pen_width(width)
        self.pen_width_chosen.emit(width)

    def _change_width(self, steps: int) -> None:
        number = _nearest_width(self.canvas.pen_width) + steps
        self._choose_width(PEN_WIDTHS[min(max(number, 0), len(PEN_WIDTHS) - 1)])

    def _request_at_selected(self, request: Callable[[int], object]) -> None:
        """Make a request about the selected character, or the only one."""
        text = self.context.text.value
        request(0 if text is None else text.selected)

    def _show_character_menu(self, number: int, at: QPointF, x: float) -> None:
        """Show the menu of a character; x: horizontal position on the page."""
        if (text := self.context.text.value) is not None:
            menu = CharacterMenu(text, number, x, self.context, self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(at.toPoint())

    def _set_sheet(self, is_sheet: bool) -> None:
        self.set_sheet(is_sheet)
        self.sheet_chosen.emit(is_sheet)

    def _set_full_screen(self, is_full: bool) -> None:
        state = self.windowState()
        full = Qt.WindowState.WindowFullScreen
        self.setWindowState(state | full if is_full else state & ~full)

    def _ask_where_to_save_ink(self) -> None:
        self._ask_where_to_save_page(self.tr("Save ink"), "inkml", self.save_ink_requested)

    def _ask_where_to_save_image(self) -> None:
        self._ask_where_to_save_page(self.tr("Save image"), PICTURE, self.save_image_requested)

    def _ask_where_to_save_page(self, title: str, suffix: str, chosen: SignalInstance) -> None:
        name = self._file_name or self.tr("drawing")
        self._dialogs.save(title, suffix, chosen.emit, f"{name}.{suffix}")

    def _ask_for_data_folder(self) -> None:
        self._dialogs.folder(self.tr("Choose the folder with data sets"), self.data_folder_chosen.emit)

    def _ask_for_model(self) -> None:
        title, kinds = self.tr("Import model"), self.tr("Keras models")
        self._dialogs.open_one_of(title, kinds, IMPORTABLE_SUFFIXES, self._ask_about_model)

    def _ask_about_model(self, path: Path) -> None:
        """Ask for title and labels of a model to import, in place of a question about another one."""
        for older in self._open_import_dialogs():
            older.close()
        dialog = ImportDialog(path, self)
        dialog.import_requested.connect(self.import_requested)
        dialog.rejected.connect(self.import_cancelled)
        self.closed.connect(dialog.close)
        dialog.show()
        self.model_file_chosen.emit(path)

    def show_import_facts(self, facts: ImportFacts) -> None:
        """Show what was measured about the model file."""
        for dialog in self._open_import_dialogs():
            dialog.show_facts(facts)

    def show_import_problem(self, sentence: str) -> None:
        """Show why the model file cannot be imported."""
        for dialog in self._open_import_dialogs():
            dialog.show_problem(sentence)

    def _open_import_dialogs(self) -> list[ImportDialog]:
        return [dialog for dialog in self.findChildren(ImportDialog) if dialog.isVisible()]

    def _ask_where_to_save_current_model(self) -> None:
        if self.network is not None:
            self.ask_where_to_save_model(self.network.name, self.save_model_requested.emit)

    def _manage_models(self) -> None:
        dialog = ModelsDialog(self)
        dialog.use_requested.connect(self.model_chosen)
        dialog.rename_requested.connect(self.rename_requested)
        dialog.remove_requested.connect(self.remove_requested)
        dialog.save_requested.connect(self.copy_model_requested)
        self.closed.connect(dialog.close)
        self._list_models()
        dialog.open()

    def _list_models(self) -> None:
        """List the models in the dialog, if it is open."""
        for dialog in self.findChildren(ModelsDialog):
            dialog.set_models(*self._library, "" if self.network is None else self.network.name)

    def _show_model(self) -> None:
        network = self._state.network
        if network is not None and network.card is not None:
            self._help.show_model(network.card)

    def _show_shortcuts(self) -> None:
        panels = {host.view.title: host.panel for host in self.hosts if host.panel is not None}
        self._help.show_shortcuts(self.menuBar(), panels)

    def _copy_text(self) -> None:
        if (text := self.context.text.value) is not None:
            QGuiApplication.clipboard().setText(text.shown)

    def _copy(self) -> None:
        canvas = self.canvas
        image = page_image(canvas.page, _COPY_SIDE, canvas.units)
        QGuiApplication.clipboard().setImage(image)

    def _paste(self) -> None:
        # Qt returns nothing if the clipboard cannot be read or is empty on some systems.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if data is None or not self._open_data(data):
            self.show_message(self.tr("The clipboard has no image or file. Copy one first."))

    def _open_data(self, data: QMimeData) -> bool:
        """Open a file or an image; return False if there is neither."""
        if files := files_in(data):
            self._open_files(files)
        elif image := image_in(data):
            self.image_pasted.emit(image)
        else:
            return False
        return True

    def _open_files(self, files: list[Path]) -> None:
        """Open the first of several files, which were dropped or pasted together."""
        first, *others = files
        if not others:
            self._open_file(first)
        elif is_model_file(first):
            text = self.tr("Only {name} is imported. Import the other models one by one.")
            self.show_message(text.format(name=first.name))
            self._open_file(first)
        else:
            self.files_dropped.emit(files)

    def _open_file(self, path: Path) -> None:
        if is_model_file(path):
            self._ask_about_model(path)
        else:
            self.file_chosen.emit(path)

    # --- events ---

    def sizeHint(self) -> QSize:
        """Return the preferred size."""
        return QSize(1200, 840)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size in which all panels are usable."""
        return QSize(90 * STEP, 72 * STEP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the panels to the new size."""
        super().resizeEvent(event)
        self._fit.refit()

    def event(self, event: QEvent) -> bool:
        """Emit shown and reading_painted after painting; stop fitting once a separator is moved."""
        if (
            isinstance(event, QMouseEvent)
            and event.buttons()
            and self.isSeparator(event.position().toPoint())
        ):
            self._fit.stop()
        handled = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest:
            self._after_painting()
        return handled

    def moveEvent(self, event: QMoveEvent) -> None:
        """Make room for the frame, which moves the window."""
        super().moveEvent(event)
        self._make_room_for_frame()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the canvas before the window is first painted."""
        super().showEvent(event)
        if not self._was_shown:
            self._fit.start()

    def changeEvent(self, event: QEvent) -> None:
        """Apply a new palette or font to tabs and menus."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.workspaces.restyle()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the views, unless one of them keeps the window open."""
        if not self._may_close():
            event.ignore()
            return
        super().closeEvent(event)
        for host in self.hosts:
            host.close_view()
        self.closed.emit()

    def _after_painting(self) -> None:
        if not self._was_shown:
            self._was_shown = True
            self.shown.emit()
        if self._unpainted is not None:
            page, self._unpainted = self._unpainted, None
            self.reading_painted.emit(page)

    def _make_room_for_frame(self) -> None:
        """Make the window smaller if it fits on the screen without its frame only, and move it there.

        The size of the frame is known after the window manager has placed the window in it.
        """
        screen, frame = self.screen().availableGeometry(), self.frameGeometry()
        if self._has_room_for_frame or not self.isVisible() or frame.size() == self.size():
            return
        self._has_room_for_frame = True
        if self.isMaximized() or self.isFullScreen():
            return
        excess = (frame.size() - screen.size()).boundedTo(frame.size() - self.size()).expandedTo(QSize(0, 0))
        if excess == QSize(0, 0):
            return
        self.resize(self.size() - excess)
        left = min(frame.left(), screen.right() + 1 - frame.width() + excess.width())
        top = min(frame.top(), screen.bottom() + 1 - frame.height() + excess.height())
        self.move(max(left, screen.left()), max(top, screen.top()))

    def _apply_default_size(self) -> None:
        """Take three quarters of the screen, between 1024 × 700 and 1600 × 1100 pixels."""
        screen = self.screen().availableSize()
        width = min(max(screen.width() * 3 // 4, 1024), 1600, screen.width())
        height = min(max(screen.height() * 3 // 4, 700), 1100, screen.height())
        self.resize(width, height)


def _first_visible_layer(info: NetworkInfo) -> str:
    """Return the name of the first layer with values of its own; the input passes on its values."""
    return next((layer.name for layer in info.layers if not layer.is_identity), info.output)


def _nearest_width(width: float) -> int:
    """Return the index in PEN_WIDTHS of the width nearest to one."""
    return min(range(len(PEN_WIDTHS)), key=lambda i: abs(PEN_WIDTHS[i] - width))
