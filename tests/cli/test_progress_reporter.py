"""The progress of a training in a terminal."""

from __future__ import annotations

import sys

import pytest

from desktop_app.cli.progress_reporter import ProgressReporter
from desktop_app.core.messages import message
from desktop_app.runs.training_events import PreparationProgress


@pytest.mark.parametrize("is_terminal", [False, True])
def test_lines_go_to_standard_output_also_beside_a_progress_bar(
    is_terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    with ProgressReporter() as reporter:
        reporter.report(PreparationProgress(1, 3, message("Reading data")))
    assert capsys.readouterr().out == "Reading data (1 of 3)\n"
