"""Starting the application, its window or a screenshot."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop_app.app.application import Application
from desktop_app.app.page_files import png_of
from desktop_app.app.program import Program
from desktop_app.app.translations import install_translations
from desktop_app.app.window.main_window import MainWindow
from desktop_app.core.errors import UserError, reason, shown_name
from desktop_app.core.files import check_replaceable, is_there, write_atomically
from desktop_app.core.messages import Message, message
from desktop_app.core.paths import resources_dir, settings_path, user_data_dir
from desktop_app.core.settings import Settings, load_settings
from desktop_app.core.temporary import write_error
from desktop_app.ink.page import Page
from desktop_app.views.parts.messages import translated
from desktop_app.views.parts.theme import apply_appearance

APPLICATION_ID = "io.github.handwriting.Handwriting"
"""Name of the desktop file, the AppStream data and the icon, without suffixes."""

SAMPLE = Path("samples", "three.inkml")

_SCREENSHOT_TIMEOUT_MS = 120_000
_SCREENSHOT_LOOK_MS = 10

# A thread waits this long for the interpreter lock. The default of 5 ms is a third of the time between two
# frames, and painting one releases and acquires the lock many times.
_SWITCH_SECONDS = 0.0001


def build_window(settings: Settings | None = None) -> MainWindow:
    """Build the main window without showing it.

    Args:
        settings: to start with, not saved. None: those of the user, saved after changes.
    """
    _application()
    if settings is not None:
        return _window_of(settings, keeps_settings=False)
    settings, problem = load_settings(settings_path())
    unwritable = _unwritable_folder()
    window = _window_of(settings, keeps_settings=unwritable is None)
    if sentence := unwritable or problem:
        window.messages.show(translated(sentence), is_error=True, stays=unwritable is not None)
    return window


def _window_of(settings: Settings, *, keeps_settings: bool) -> MainWindow:
    apply_appearance(settings.appearance)
    window = MainWindow()
    Program(window, settings, keeps_settings)
    return window


def _unwritable_folder() -> Message | None:
    """Return a sentence if settings or user data cannot be written."""
    for folder in (settings_path().parent, user_data_dir()):
        if error := write_error(folder):
            return message(
                "Settings, models and runs cannot be kept: {folder} cannot be written ({reason}).",
                folder=folder,
                reason=reason(error),
            )
    return None


def run_window(file: Path | None = None) -> int:
    """Run the program, with a file on the canvas if one is given; return the exit code."""
    if _no_display():
        print(  # noqa: T201 (there is no window)
            "No display found. Use `handwriting recognize FILE` or `handwriting --screenshot OUT.png`.",
            file=sys.stderr,
        )
        return 1
    application = _application()
    # Ctrl+C in the terminal ends the program, also while Qt waits for events.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = build_window()
    sys.excepthook = exception_hook_of(window)
    window.show()
    if file is not None:
        window.context.file_requested.emit(file)
    return application.exec()


def save_screenshot(out: Path, file: Path | None = None) -> int:
    """Save an image of the window with a file, or a sample, as a PNG, in the appearance of the settings.

    Returns:
        Exit code: 0, or 1 with a sentence on stderr if it fails.
    """
    if _no_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        qInstallMessageHandler(_filter_offscreen_warnings)
    _application()
    try:
        _check_screenshot(out, file)
    except UserError as error:
        print(translated(error), file=sys.stderr)  # noqa: T201 (there is no window)
        return 1
    settings, problem = load_settings(settings_path())
    if problem is not None:
        print(translated(problem), file=sys.stderr)  # noqa: T201 (there is no window)
    window = build_window(Settings(appearance=settings.appearance))
    window.resize(1280, 880)
    window.show()
    waiting = QEventLoop()
    painted: list[Page] = []
    window.reading_painted.connect(painted.append)
    # A page of many strokes is painted in slices, and may be read before the last of them.
    looking = QTimer(interval=_SCREENSHOT_LOOK_MS)
    looking.timeout.connect(lambda: waiting.quit() if painted and window.canvas.is_painted else None)
    looking.start()
    window.messages.shown.connect(waiting.quit)
    QTimer.singleShot(_SCREENSHOT_TIMEOUT_MS, waiting, waiting.quit)
    window.context.file_requested.emit(file or resources_dir() / SAMPLE)
    waiting.exec()
    looking.stop()
    failure = window.messages.text()
    image = window.grab().toImage()
    window.close()
    window.deleteLater()
    if not painted:
        failure = failure or QCoreApplication.translate("Start", "Reading took too long. Try again.")
    else:
        try:
            write_atomically(out, png_of(image))
        except UserError as error:
            failure = translated(error)
    if failure:
        print(failure, file=sys.stderr)  # noqa: T201 (there is no window)
    return 1 if failure else 0


def _check_screenshot(out: Path, file: Path | None) -> None:
    """Check that a screenshot can be written, and that it does not replace the file that it shows.

    Raises:
        UserError: it cannot, or it would.
    """
    check_replaceable(out)
    if file is not None and is_there(file) and is_there(out) and out.samefile(file):
        raise UserError(
            "{name} is the file to open and would be lost; choose another file for the screenshot.",
            name=shown_name(out),
        )


def _application() -> QApplication:
    """Return the application object, set up for this program."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Every point of the pen counts: Qt must not merge movements that come fast.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = _new_application()
    application.setApplicationName("handwriting")
    application.setApplicationDisplayName("Handwriting")
    application.setDesktopFileName(APPLICATION_ID)
    if application.windowIcon().isNull():
        application.setWindowIcon(QIcon(str(resources_dir() / "desktop" / f"{APPLICATION_ID}.svg")))
    install_translations(application)
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    return application


def _new_application() -> QApplication:
    """Return a new application object, or end the process with one sentence if Qt finds no display.

    Qt reports it as a fatal error and would then abort.
    """
    problems: list[str] = []

    def handle(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        problems.append(text)
        if kind is QtMsgType.QtFatalMsg:
            problem = problems[0].partition("\n")[0].removesuffix(' in ""').rstrip(" .")
            print(  # noqa: T201 (there is no window)
                f"Qt cannot open a window: {problem}. "
                "Check DISPLAY and QT_QPA_PLATFORM, or use `handwriting recognize FILE`.",
                file=sys.stderr,
                flush=True,
            )
            os._exit(1)

    previous = qInstallMessageHandler(handle)
    application = Application(sys.argv[:1])
    qInstallMessageHandler(previous)
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201 (where Qt prints them)
    return application


def _no_display() -> bool:
    """Return whether windows need a display and there is none."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _filter_offscreen_warnings(_: QtMsgType, __: QMessageLogContext, text: str) -> None:
    """Print messages of Qt, except for warnings about the offscreen platform."""
    if not text.startswith("This plugin does not support"):
        print(text, file=sys.stderr)  # noqa: T201 (where Qt prints them)


def exception_hook_of(
    window: MainWindow,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Return an exception hook that shows unexpected errors in the window and prints them."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        details = "".join(traceback.format_exception(kind, error, trace))
        window.messages.show(
            QCoreApplication.translate("Start", "Unexpected error. Your drawing is kept."),
            details,
            is_error=True,
        )

    return hook
