"""The rules of conftest.py are kept: each of these small tests must fail for what it leaves behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from defusedxml import ElementTree

CONFTEST = Path(__file__).with_name("conftest.py")

CULPRITS = """
import logging
import socket
import sys
import threading

import pytest
from PySide6.QtCore import QProcess, QThread, QTimer, qWarning
from PySide6.QtWidgets import QLabel, QWidget

kept = []
go_on = threading.Event()


def test_leaves_a_window(qtbot):
    kept.append(QLabel("still here"))
    kept[-1].show()


def test_leaves_a_timer(qtbot):
    kept.append(QTimer())
    kept[-1].start(1000)


def test_leaves_a_thread():
    threading.Thread(target=go_on.wait, daemon=True).start()


def test_leaves_a_qt_thread(qtbot):
    kept.append(QThread())
    kept[-1].start()


def test_leaves_a_process(qtbot):
    kept.append(QProcess())
    kept[-1].start(sys.executable, ["-c", "input()"])


def test_logs_a_warning():
    logging.getLogger("somewhere").warning("something is odd")


def test_makes_qt_complain(qtbot):
    qWarning("Qt is unhappy")


@pytest.fixture
def unhappy_end():
    yield
    qWarning("Qt is unhappy")


def test_makes_qt_complain_at_its_end(qtbot, unhappy_end):
    pass


def test_asks_the_network():
    socket.create_connection(("localhost", 9))


def test_is_good_ends_what_it_starts(qtbot):
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


def test_is_good_expects_its_warning(caplog):
    with caplog.at_level(logging.WARNING):
        logging.getLogger("somewhere").warning("something is odd")
"""


def outcomes(folder: Path) -> dict[str, bool]:
    """Whether each test in a folder passed, its end included."""
    done = subprocess.run(
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
    assert done.returncode == 1, done.stdout.decode()
    report = ElementTree.fromstring((folder / "report.xml").read_text("utf-8"))
    passed: dict[str, bool] = {}
    for case in report.iter("testcase"):
        name = case.attrib["name"]
        passed[name] = passed.get(name, True) and len(case) == 0
    return passed


def test_what_a_test_leaves_behind_fails_it(tmp_path, pytestconfig):
    rules = CONFTEST.read_text("utf-8").replace("GRACE = 30.0", "GRACE = 0.1")
    (tmp_path / "conftest.py").write_text(rules, "utf-8")
    shutil.copy(pytestconfig.inipath, tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_culprits.py").write_text(CULPRITS, "utf-8")
    passed = outcomes(tmp_path)
    assert len(passed) == CULPRITS.count("def test_")
    assert {name for name, good in passed.items() if good} == {n for n in passed if "is_good" in n}
