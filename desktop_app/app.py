"""The composition root: builds the window and what works for it, and wires them together."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QEventLoop,
    QIODevice,
    QMessageLogContext,
    QObject,
    QStandardPaths,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from desktop_app.core.errors import Refusal
from desktop_app.core.files import write_atomically
from desktop_app.core.ink import Ink
from desktop_app.core.page import Page
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.paint_ink import page_image
from desktop_app.gui.paper import fit_to_paper
from desktop_app.gui.theme import apply_appearance
from desktop_app.jobs.background import Background
from desktop_app.jobs.latest import Answer, LatestRunner
from desktop_app.paths import resources_dir, settings_path
from desktop_app.settings import Settings, load_settings, save_settings

SAMPLE = Path("samples", "three.inkml")

_PICTURE_SIDE = 1000
_SCREENSHOT_PATIENCE_MS = 30_000

# A thread that waits for the interpreter gets it after this long: the default of 5 ms would be a
# third of the time between two frames.
_SWITCH_SECONDS = 0.0005


@dataclasses.dataclass(frozen=True, eq=False)
class ReadRequest:
    """A page to read.

    Attributes:
        page: what lies on the paper.
        drawing: counts up whenever the page is not merely the last one with more ink, so that
            an answer to what has since been undone or cleared is dropped.
    """

    page: Page
    drawing: int


def build_window(settings: Settings | None = None) -> MainWindow:
    """Build the wired main window; no event loop is started and nothing is shown.

    Args:
        settings: to start with, kept nowhere. None: the user's own, kept up to date.
    """
    _application()
    window = MainWindow()
    _Program(window, settings)
    return window


def run_window(file: Path | None = None) -> int:
    """Open the program, with a file on the paper if one is given; return the exit code."""
    if _no_display():
        print(  # noqa: T201 (there is no window to say it in)
            "There is no display to open a window on; "
            "use `handwriting recognize FILE` or `handwriting --screenshot OUT.png`.",
            file=sys.stderr,
        )
        return 1
    application = _application()
    # Ctrl+C in the terminal ends the program, also while Qt waits for events.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = build_window()
    sys.excepthook = _shown_in(window)
    window.show()
    if file is not None:
        window.file_chosen.emit(file)
    return application.exec()


def save_screenshot(out: Path, file: Path | None = None) -> int:
    """Render the window with a file, or a sample, loaded and read, and save it as a PNG.

    Returns:
        Exit code: 0 when the picture is written, 1 with a sentence on stderr otherwise.
    """
    if _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        qInstallMessageHandler(_without_offscreen_remarks)
    _application()
    window = build_window(Settings(appearance="light"))
    window.resize(1280, 880)
    window.show()
    waiting = QEventLoop()
    painted: list[Page] = []
    window.reading_painted.connect(painted.append)
    window.reading_painted.connect(waiting.quit)
    window.message_shown.connect(waiting.quit)
    QTimer.singleShot(_SCREENSHOT_PATIENCE_MS, waiting, waiting.quit)
    window.file_chosen.emit(file or resources_dir() / SAMPLE)
    waiting.exec()
    failure = window.message()
    image = window.grab().toImage()
    window.close()
    window.deleteLater()
    if not painted:
        failure = failure or "The reading took too long; try again."
    else:
        try:
            write_atomically(out, _png(image))
        except Refusal as refusal:
            failure = str(refusal)
    if failure:
        print(failure, file=sys.stderr)  # noqa: T201 (there is no window to say it in)
    return 1 if failure else 0


class _Program(QObject):
    """What works for one window: reads pages, opens and saves files, keeps the settings."""

    def __init__(self, window: MainWindow, settings: Settings | None) -> None:
        super().__init__(window)
        self._window = window
        self._keeps_settings = settings is None
        remark: str | None = None
        if settings is None:
            settings, remark = load_settings(settings_path())
        self._settings = settings
        self._drawing = 0
        self._openings = 0
        self._reader = LatestRunner(_open_reader, self)
        self._saver = LatestRunner(_open_saver, self)
        self._files = Background(self)
        self._show_settings()
        self._wire()
        if remark:
            window.show_message(remark)

    def _show_settings(self) -> None:
        window, settings = self._window, self._settings
        apply_appearance(settings.appearance)
        window.set_appearance(settings.appearance)
        window.set_pen_width(settings.pen_width)
        window.set_recent_files(settings.recent_files)
        window.set_folder(_first_folder(settings))
        window.restore_layout(settings.window_geometry, settings.window_layout)

    def _wire(self) -> None:
        window = self._window
        window.shown.connect(self._reader.start)
        window.canvas.pen_moved.connect(self._read)
        window.canvas.page_changed.connect(self._read_anew)
        self._reader.opened.connect(self._network_opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._reading_failed)
        self._saver.failed.connect(self._saving_settings_failed)
        window.open_wanted.connect(self._ask_for_file)
        window.file_chosen.connect(self._open_file)
        window.image_pasted.connect(self._open_image)
        window.save_ink_wanted.connect(self._save_ink)
        window.save_picture_wanted.connect(self._save_picture)
        window.appearance_chosen.connect(self._choose_appearance)
        window.pen_width_chosen.connect(lambda width: self._change(pen_width=width))
        window.layer_chosen.connect(lambda layer: self._change(layer=layer))
        window.closed.connect(self._close)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    # --- ink to answer ---

    def _read(self, page: Page) -> None:
        self._reader.request(ReadRequest(page, self._drawing))

    def _read_anew(self, page: Page) -> None:
        self._drawing += 1
        self._read(page)

    def _network_opened(self, about: tuple[Any, Any]) -> None:
        labels, layers = about
        self._window.show_network(labels, layers, self._settings.layer)

    def _answered(self, request: ReadRequest, observation: Any) -> None:
        if request.drawing == self._drawing:
            self._window.show_observation(request.page, observation)

    def _reading_failed(self, request: ReadRequest | None, error: Exception) -> None:
        # Without a network every drawing stays unread, so that is not forgotten while one draws.
        self._tell(error, self.tr("The drawing could not be read."), stays=request is None)

    # --- files ---

    def _ask_for_file(self) -> None:
        # Imported here: the window takes ink before it knows of image files.
        from desktop_app.imaging.open_page import PAGE_SUFFIXES

        self._window.ask_for_file(PAGE_SUFFIXES)

    def _open_file(self, path: Path) -> None:
        self._open(lambda: _load(path), lambda: self._remember(path), path.name)

    def _open_image(self, image: QImage) -> None:
        name = self.tr("the pasted image")
        self._open(lambda: _picture(image, name), lambda: None, name)

    def _open(self, load: Callable[[], Page], opened: Callable[[], None], name: str) -> None:
        """Load a page in the background and put it on the paper, unless another was chosen since."""
        self._openings += 1
        number = self._openings

        def done(page: Page) -> None:
            opened()
            if number == self._openings:
                self._window.show_page(page)

        def failed(error: Exception) -> None:
            self._tell(error, self.tr("{name} could not be opened.").format(name=name))

        self._files.run(load, done, failed)

    def _save_ink(self, path: Path) -> None:
        page = self._window.canvas.page
        if isinstance(page, Ink):
            self._save(path, lambda: _inkml(page))

    def _save_picture(self, path: Path) -> None:
        canvas = self._window.canvas
        page, pen_width = canvas.page, canvas.pen_width
        self._save(path, lambda: _png(page_image(page, _PICTURE_SIDE, pen_width)))

    def _save(self, path: Path, make: Callable[[], bytes]) -> None:
        """Make and write a file in the background."""

        def failed(error: Exception) -> None:
            self._tell(error, self.tr("{name} could not be saved.").format(name=path.name))

        def done(_: object) -> None:
            self._window.show_message(self.tr("Saved as {name}.").format(name=path.name))

        self._files.run(lambda: write_atomically(path, make()), done, failed)

    # --- settings ---

    def _remember(self, path: Path) -> None:
        self._settings = self._settings.with_recent_file(path)
        self._window.set_recent_files(self._settings.recent_files)
        self._window.set_folder(_first_folder(self._settings))
        self._keep()

    def _choose_appearance(self, appearance: str) -> None:
        self._change(appearance=appearance)
        apply_appearance(appearance)

    def _follow_system(self) -> None:
        apply_appearance(self._settings.appearance)

    def _change(self, **values: Any) -> None:
        self._settings = dataclasses.replace(self._settings, **values)
        self._keep()

    def _keep(self) -> None:
        if self._keeps_settings:
            self._saver.request(self._settings)

    def _saving_settings_failed(self, _: object, error: Exception) -> None:
        # Once is enough: a read-only home stays one.
        self._keeps_settings = False
        self._tell(error, self.tr("The settings could not be saved."))

    # --- end ---

    def _tell(self, error: Exception, otherwise: str, *, stays: bool = False) -> None:
        """A refusal speaks for itself; anything else is said plainly, with its traceback as details."""
        if isinstance(error, Refusal):
            self._window.show_message(str(error), stays=stays)
        else:
            details = "".join(traceback.format_exception(error))
            self._window.show_message(otherwise, details, stays=stays)

    def _close(self) -> None:
        """Join everything, then keep the last settings with the window's place and layout."""
        self._reader.close()
        self._saver.close()
        self._files.close()
        if self._keeps_settings:
            geometry, layout = self._window.layout_to_keep()
            self._settings = dataclasses.replace(
                self._settings, window_geometry=geometry, window_layout=layout
            )
            # There is no window left to say in that a place on the screen was not kept.
            with contextlib.suppress(Refusal):
                save_settings(self._settings, settings_path())


# --- what runs in worker threads ---


def _open_reader() -> tuple[Any, Answer]:
    """The network's labels and layers, and the function that reads with it."""
    # Imported here, in the thread that owns it: LiteRT must not keep the window waiting.
    from desktop_app.recognition.library import DEFAULT_MODEL, find_model
    from desktop_app.recognition.recognizer import open_recognizer

    recognizer = open_recognizer(find_model(DEFAULT_MODEL))

    def read(request: ReadRequest) -> Any:
        return recognizer.read(request.page)

    return (recognizer.card.labels, recognizer.layers), read


def _open_saver() -> tuple[Any, Answer]:
    return None, lambda settings: save_settings(settings, settings_path())


def _load(path: Path) -> Page:
    """The page in a file; ink that lies elsewhere comes onto the paper."""
    # Imported here: a window that takes ink needs neither Pillow nor an XML parser.
    from desktop_app.imaging.open_page import load_page

    page = load_page(path)
    return fit_to_paper(page) if isinstance(page, Ink) else page


def _picture(image: QImage, name: str) -> Page:
    from desktop_app.imaging.load import picture_from_bytes

    return picture_from_bytes(_png(image), name)


def _inkml(ink: Ink) -> bytes:
    from desktop_app.imaging.inkml import inkml_bytes

    return inkml_bytes(ink)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())


# --- the application ---


def _application() -> QApplication:
    """The one application object, set up for this program."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Every point of the pen counts: Qt must not merge movements that come fast.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("handwriting")
    application.setApplicationDisplayName("Handwriting")
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    return application


def _first_folder(settings: Settings) -> Path:
    """Where the user is asked for files first: where the last one lay, else their documents."""
    if settings.recent_files:
        return Path(settings.recent_files[0]).parent
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def _no_display() -> bool:
    """Whether this is a system where windows need a display, and there is none."""
    if sys.platform in ("win32", "darwin") or "QT_QPA_PLATFORM" in os.environ:
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _without_offscreen_remarks(_: QtMsgType, __: QMessageLogContext, text: str) -> None:
    """What Qt says, but for its remarks on what a window without a screen cannot do."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)  # noqa: T201 (Qt's own place for it)


def _shown_in(
    window: MainWindow,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """An exception hook that says in the window what went wrong, and in the terminal where."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        details = "".join(traceback.format_exception(kind, error, trace))
        window.show_message(window.tr("Something went wrong; your drawing is still there."), details)

    return hook
