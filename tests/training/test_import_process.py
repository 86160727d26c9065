"""Conversion in a process with limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.stopping import Stopped
from desktop_app.training import conversion_process, import_process
from tests.training.foreign_models import edited, import_file, lambda_layer

STARTED = "import os, pathlib; pathlib.Path(os.environ['TMPDIR'], 'step.txt').touch()"

BUSY = f"{STARTED}\nfrom desktop_app.training.conversion_process import set_limits; set_limits(0.5)"


@pytest.mark.parametrize(
    ("code", "seconds", "message"),
    [
        ("import threading; threading.Event().wait()", 1.0, "took too long"),
        (f"{STARTED}; import signal; os.kill(os.getpid(), signal.SIGKILL)", 60.0, "too much memory or time"),
        (f"{BUSY}\nwhile True: pass", 60.0, "too much memory or time"),
        (f"{BUSY}\nb = bytearray(10**10)", 60.0, "Keras cannot load plain.keras"),
        (f"{STARTED}; raise SystemExit(1)", 60.0, "Keras cannot load plain.keras"),
        ("raise SystemExit(1)", 60.0, "could not start"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 60.0, "could not start"),
    ],
)
def test_failed_process_leaves_no_files(saved, tmp_path, monkeypatch, code, seconds, message):
    monkeypatch.setattr(import_process, "TIMEOUT", seconds)
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code])
    folder = tmp_path / "library" / "mine"
    with pytest.raises(UserError, match=message):
        import_file(saved / "plain.keras", folder)
    assert list(folder.parent.iterdir()) == []


def test_cancelled_conversion_leaves_no_files(saved, tmp_path, monkeypatch):
    code = "import pathlib, sys, threading; pathlib.Path(sys.argv[1]).touch(); threading.Event().wait()"
    begun, folder = tmp_path / "begun", tmp_path / "library" / "mine"
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code, str(begun)])
    with pytest.raises(Stopped):
        import_file(saved / "plain.keras", folder, should_stop=begun.exists)
    assert list(folder.parent.iterdir()) == []


def test_a_crash_on_windows_is_no_damaged_file(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", STARTED])
    real, codes = subprocess.Popen.wait, []

    def wait(process: Any, timeout: float | None = None) -> int:
        """Return an exit code that only Windows gives."""
        codes.append(real(process, timeout))
        return 0xC0000005

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    with pytest.raises(UserError, match="was not imported"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")
    assert codes


def test_a_process_that_the_system_does_not_start_is_said(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(import_process, "_command", lambda *_: [str(tmp_path / "missing")])
    with pytest.raises(UserError, match="could not start"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")


@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_limits_that_the_system_refuses_are_done_without(monkeypatch, platform):
    import resource

    asked = []

    def refuse(kind: int, limits: tuple[int, int]) -> None:
        asked.append(kind)
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    monkeypatch.setattr(sys, "platform", platform)
    conversion_process.set_limits(10)
    assert (resource.RLIMIT_AS in asked) == (platform == "linux")
    assert {resource.RLIMIT_CPU, resource.RLIMIT_CORE} <= set(asked)


def test_error_of_the_process_is_raised(parts, tmp_path):
    path = edited(parts, tmp_path / "a.keras", lambda_layer)
    folder = tmp_path / "library" / "mine"
    with pytest.raises(UserError, match="Lambda layer, which runs arbitrary code; build it without"):
        import_file(path, folder)
    assert list(folder.parent.iterdir()) == []


def test_process_has_limits_and_a_clean_environment(saved, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    code = (
        "import os, sys, resource as r; from desktop_app.training import conversion_process as p;"
        "p.set_limits(p.CONVERSION_TIME);"
        "ok = 'SECRET' not in os.environ and os.environ['KERAS_BACKEND'] == 'tensorflow'"
        " and sys.stdin.read() == '' and r.getrlimit(r.RLIMIT_AS)[0] <= p.MEMORY"
        " and r.getrlimit(r.RLIMIT_CPU)[0] <= p.CONVERSION_TIME + 60"
        " and 'tensorflow' not in sys.modules;"
        "raise SystemExit(1 if ok else 2)"
    )
    wait = subprocess.Popen.wait
    codes = set()

    def record_code(*args: Any) -> Any:
        codes.add(wait(*args))
        return wait(*args)

    monkeypatch.setattr(subprocess.Popen, "wait", record_code)
    monkeypatch.setattr(import_process, "_command", lambda *_: [sys.executable, "-c", code])
    with pytest.raises(UserError):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")
    assert codes == {1}


def test_existing_model_is_not_overwritten(saved, tmp_path, quick):
    folder = tmp_path / "mine"
    folder.mkdir()
    with pytest.raises(UserError, match="already a model called mine"):
        import_file(saved / "plain.keras", folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_model_that_cannot_be_opened_is_not_kept(saved, tmp_path, quick):
    def refuse(folder: Path) -> None:
        raise UserError("No.")

    with pytest.raises(UserError, match="No"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine", try_out=refuse)
    assert list((tmp_path / "library").iterdir()) == []


def test_unwritable_library_raises_user_error(saved, tmp_path):
    (tmp_path / "library").write_text("in the way")
    with pytest.raises(UserError, match="cannot be added to the library"):
        import_file(saved / "plain.keras", tmp_path / "library" / "mine")
