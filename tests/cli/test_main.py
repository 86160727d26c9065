import sys
import types

import pytest

from desktop_app import __main__, __version__
from desktop_app.cli.main import main


class Window(types.ModuleType):
    """Takes the place of the window and notes how it was asked for."""

    def __init__(self):
        super().__init__("desktop_app.app")
        self.asked = []

    def run_window(self, file):
        self.asked.append(("window", file))
        return 0

    def save_screenshot(self, out, file):
        self.asked.append(("picture", out, file))
        return 3


@pytest.fixture
def window(monkeypatch):
    stand_in = Window()
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    return stand_in.asked


def test_nothing_or_a_file_opens_the_window(window, tmp_path):
    assert main([]) == 0
    assert main([str(tmp_path / "seven.png")]) == 0
    assert window == [("window", None), ("window", tmp_path / "seven.png")]


def test_a_picture_of_the_window_can_be_asked_for(window, tmp_path):
    out, file = tmp_path / "out.png", tmp_path / "seven.png"
    assert main(["--screenshot", str(out)]) == 3
    assert main([str(file), "--screenshot", str(out)]) == 3
    assert window == [("picture", out, None), ("picture", out, file)]


def test_a_file_named_like_a_command_is_reached_by_a_path(window):
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
def test_wrong_usage_is_2_and_opens_nothing(window, capsys, arguments):
    assert main(arguments) == 2
    assert "usage: handwriting" in capsys.readouterr().err
    assert window == []


@pytest.mark.parametrize("command", [[], ["recognize"], ["evaluate"], ["train"], ["import"]])
def test_everything_has_help(window, capsys, command):
    assert main([*command, "--help"]) == 0
    assert " ".join(["usage: handwriting", *command]) in capsys.readouterr().out
    assert window == []


def test_the_version_is_told(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"handwriting {__version__}"


def test_the_console_script_takes_the_arguments_of_its_process(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["handwriting", "--version"])
    assert __main__.main() == 0
    assert __version__ in capsys.readouterr().out


def test_breaking_off_is_130(monkeypatch, window):
    def break_off(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["desktop_app.app"], "run_window", break_off)
    monkeypatch.setattr(sys, "argv", ["handwriting"])
    assert __main__.main() == 130
