"""Tests of the checks in conftest.py: tests that leave something behind fail."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from defusedxml import ElementTree

CONFTEST = Path(__file__).with_name("conftest.py")

EXAMPLES = """
import logging
import socket
import sys
import threading

import pytest
from PySide6.QtCore import QProcess, QThread, QTimer, qWarning
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QLabel, QWidget

kept = []
never = threading.Event()


def test_leaves_a_window(qtbot):
    kept.append(QLabel("still here"))
    kept[-1].show()


def test_leaves_a_timer(qtbot):
    kept.append(QTimer())
    kept[-1].start(1000)


def test_leaves_a_thread():
    threading.Thread(target=never.wait, daemon=True).start()


def test_leaves_a_qt_thread(qtbot):
    kept.append(QThread())
    kept[-1].start()


def test_leaves_a_process(qtbot):
    kept.append(QProcess())
    kept[-1].start(sys.executable, ["-c", "input()"])


def test_logs_a_warning():
    logging.getLogger("somewhere").warning("something is odd")


def test_qt_warning(qtbot):
    qWarning("Qt is unhappy")


@pytest.fixture
def warning_in_teardown():
    yield
    qWarning("Qt is unhappy")


def test_qt_warning_in_teardown(qtbot, warning_in_teardown):
    pass


def test_accesses_the_network():
    socket.create_connection(("localhost", 9))


def test_passes_cleans_up(qtbot):
    process, thread = kept.pop(), kept.pop()
    process.kill()
    process.waitForFinished()
    thread.quit()
    thread.wait()
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    QTimer(widget).start(10)
    thread = threading.Thread(target=lambda: None)
    thread.start()


def test_passes_moves_the_pointer(qapp):
    QCursor.setPos(20, 30)
    qapp.processEvents()


def test_passes_starts_with_the_pointer_in_a_corner(qapp):
    assert QCursor.pos() == qapp.primaryScreen().geometry().bottomRight()


def test_passes_expects_warning(caplog):
    with caplog.at_level(logging.WARNING):
        logging.getLogger("somewhere").warning("something is odd")
"""

WAITS_IN_VAIN = """
import threading

import pytest
from PySide6.QtCore import QThread, qWarning
from PySide6.QtWidgets import QWidget

answer = threading.Event()


class Reader(QThread):
    def run(self):
        wait_for_an_answer()


def wait_for_an_answer():
    answer.wait()


@pytest.fixture
def window(qtbot, request):
    window = QWidget(windowTitle="Not read")
    qtbot.addWidget(window)
    window.show()
    unused, reader = Reader(window), Reader(window)

    def end():
        answer.set()
        reader.wait()

    request.addfinalizer(end)
    reader.start()
    qWarning("Qt is unhappy")
    qtbot.waitUntil(reader.isFinished, timeout=50)


def test_reads(window):
    pass
"""


def run_tests(folder: Path, conftest: str, inifile: Path, tests: str) -> str:
    """Run tests with a conftest.py in a folder, of which at least one fails; return the output."""
    (folder / "conftest.py").write_text(conftest, "utf-8")
    shutil.copy(inifile, folder)
    (folder / "tests").mkdir()
    (folder / "tests" / "test_examples.py").write_text(tests, "utf-8")
    process = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--junit-xml=report.xml",
        ],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(CONFTEST.parents[1])},
        capture_output=True,
        timeout=120,
        check=False,
    )
    output = process.stdout.decode()
    assert process.returncode == 1, output
    return output


def test_tests_that_leak_fail(tmp_path, pytestconfig):
    text = CONFTEST.read_text("utf-8").replace("STOP_TIMEOUT = 30.0", "STOP_TIMEOUT = 0.1")
    run_tests(tmp_path, text, pytestconfig.inipath, EXAMPLES)
    report = ElementTree.fromstring((tmp_path / "report.xml").read_text("utf-8"))
    passed: dict[str, bool] = {}
    for case in report.iter("testcase"):
        name = case.attrib["name"]
        passed[name] = passed.get(name, True) and len(case) == 0
    assert len(passed) == EXAMPLES.count("def test_")
    assert {name for name, is_passed in passed.items() if is_passed} == {n for n in passed if "passes" in n}


def test_a_wait_in_vain_reports_windows_and_threads(tmp_path, pytestconfig):
    output = run_tests(tmp_path, CONFTEST.read_text("utf-8"), pytestconfig.inipath, WAITS_IN_VAIN)
    for words in (
        "visible QWidget 'Not read'",
        "not started: Reader of QWidget",
        "running: Reader of QWidget",
        "in wait_for_an_answer",
        "Qt is unhappy",
    ):
        assert words in output, output
