"""Tests of the command line."""

import subprocess
import sys
import types
from pathlib import Path

import pytest

from desktop_app import __main__, __version__
from desktop_app.cli.main import main
from desktop_app.core.paths import resources_dir


class Window(types.ModuleType):
    """Replacement for the window that records its calls."""

    def __init__(self):
        super().__init__("desktop_app.app")
        self.calls = []

    def run_window(self, file):
        self.calls.append(("window", file))
        return 0

    def save_screenshot(self, out, file):
        self.calls.append(("screenshot", out, file))
        return 3


@pytest.fixture
def window(monkeypatch):
    fake = Window()
    monkeypatch.setitem(sys.modules, fake.__name__, fake)
    return fake.calls


def test_no_arguments_or_a_file_open_the_window(window, tmp_path):
    assert main([]) == 0
    assert main([str(tmp_path / "seven.png")]) == 0
    assert window == [("window", None), ("window", tmp_path / "seven.png")]


def test_screenshot_option(window, tmp_path):
    out, file = tmp_path / "out.png", tmp_path / "seven.png"
    assert main(["--screenshot", str(out)]) == 3
    assert main([str(file), "--screenshot", str(out)]) == 3
    assert window == [("screenshot", out, None), ("screenshot", out, file)]


def test_path_opens_file_with_name_of_command(window):
    assert main(["./recognize"]) == 0
    assert window[0][1].name == "recognize"


@pytest.mark.parametrize(
    "arguments",
    [
        ["one.png", "two.png"],
        ["--no-such-option"],
        ["--screenshot"],
        ["recognize"],
        ["recognize", "--no-such-option", "a.png"],
        ["evaluate"],
        ["train"],
        ["import"],
    ],
)
def test_invalid_arguments_give_exit_code_2(window, capsys, arguments):
    assert main(arguments) == 2
    assert "usage: handwriting" in capsys.readouterr().err
    assert window == []


@pytest.mark.parametrize(
    "arguments",
    [
        [""],
        ["--screenshot", ""],
        ["recognize", ""],
        ["recognize", "a.png", "--csv", ""],
        ["recognize", "a.png", "--model", ""],
        ["evaluate", ""],
        ["evaluate", "a", "--model", ""],
        ["bank", ""],
        ["line", ""],
        ["train", ""],
        ["train", "a", ""],
        ["import", ""],
        ["import", "a.keras", "--name", ""],
        ["import", "a.keras", "--title", ""],
        ["import", "a.keras", "--labels", ""],
    ],
)
def test_empty_argument_is_not_the_current_folder(window, capsys, arguments):
    assert main(arguments) == 2
    assert "must not be empty" in capsys.readouterr().err
    assert window == []


@pytest.mark.parametrize("command", [[], ["recognize"], ["evaluate"], ["train"], ["import"]])
def test_each_command_has_help(window, capsys, command):
    assert main([*command, "--help"]) == 0
    assert " ".join(["usage: handwriting", *command]) in capsys.readouterr().out


def test_help_of_a_command_keeps_proper_names(window, capsys):
    main(["recognize", "--help"])
    assert "Recognize image files, InkML files and folders." in capsys.readouterr().out
    assert window == []


def test_version_option(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"handwriting {__version__}"


@pytest.mark.usefixtures("interruptible")
def test_console_script_uses_arguments_of_process(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["handwriting", "--version"])
    assert __main__.main() == 0
    assert __version__ in capsys.readouterr().out


@pytest.mark.usefixtures("interruptible")
def test_keyboard_interrupt_gives_exit_code_130(monkeypatch, window):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["desktop_app.app"], "run_window", interrupt)
    monkeypatch.setattr(sys, "argv", ["handwriting"])
    assert __main__.main() == 130


INTERRUPTED_PROGRAM = """
import atexit, runpy, signal, sys

def interrupt():
    exec("signal.raise_signal(signal.SIGINT)")  # as in dataclasses

class Finder:
    def find_spec(self, name, *_):
        if name == sys.argv[-1]:
            try:
                interrupt()
            except KeyboardInterrupt:
                # As msgspec does, which is only half imported then and crashes later.
                pass

atexit.register(interrupt)
sys.meta_path.insert(0, Finder())
runpy.run_module("desktop_app", run_name="__main__", alter_sys=True)
"""


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("module", ["desktop_app.cli", "numpy", "desktop_app.cli.recognize"])
def test_interrupt_during_imports_and_at_exit_is_silent(module):
    samples = str(resources_dir() / "samples")
    command = [sys.executable, "-c", INTERRUPTED_PROGRAM, "recognize", samples, module]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")
    assert "does not exist" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the shell of Windows cannot close streams")
@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        ("2>&-", ["evaluate", "no-such-data"], 1),
        (">&-", ["--version"], 0),
        ("<&- >&- 2>&-", ["--version"], 0),
    ],
)
def test_what_is_written_to_a_closed_stream_goes_nowhere_else(closed, arguments, code):
    command = ["sh", "-c", f'exec "$0" -m desktop_app "$@" {closed}', sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell of Windows cannot close streams")
def test_files_do_not_get_the_numbers_of_closed_streams(tmp_path):
    program = (
        "import sys; from desktop_app import __main__; from desktop_app.cli import main;"
        "main.main = lambda _: open(sys.argv[1], 'w').fileno(); sys.exit(__main__.main())"
    )
    command = ["sh", "-c", 'exec "$0" -c "$@" <&- >&- 2>&-', sys.executable, program, str(tmp_path / "file")]
    assert subprocess.run(command, check=False).returncode > 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not delete current folders")
@pytest.mark.parametrize("command", [["evaluate", "uci-digits"], ["recognize", "a.png"]])
def test_deleted_current_folder_is_an_error_of_one_sentence(command, tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(command) == 1
    sentence = "handwriting: The current folder does not exist any more; change to another folder.\n"
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize("command", ["evaluate", "train", "import", "bank", "line", "train fast --go-on"])
def test_name_longer_than_the_system_allows_prints_a_short_sentence(command, capsys):
    assert main([*command.split(), "x" * 5000]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(".")
    assert len(line) < 200


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_output_to_a_full_disk_is_an_error_of_one_sentence(options):
    with Path("/dev/full").open("wb") as full:
        samples = str(resources_dir() / "samples")
        command = [sys.executable, "-m", "desktop_app", "recognize", samples, *options]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    sentence = "handwriting: The output cannot be written: the disk is full.\n"
    assert (done.returncode, done.stderr) == (1, sentence)
