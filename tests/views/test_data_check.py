"""Tests of the check of a draft's data in the background."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.core.errors import UserError
from desktop_app.data import dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.zoo.catalog import zoo_entry
from desktop_app.views.draft import Draft
from desktop_app.views.run.data_check import DataCheck


@pytest.mark.parametrize("last", ["The file disappeared.", None])
def test_answer_to_the_last_request_replaces_that_to_an_earlier_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, last: str | None
) -> None:
    has_begun, may_answer = threading.Event(), threading.Event()
    answers = iter(["The file cannot be read.", last])

    def check(*_: object) -> None:
        has_begun.set()
        may_answer.wait()
        answer = next(answers)
        if answer is not None:
            raise UserError(answer)

    monkeypatch.setattr(dataset, "check_data", check)
    draft, parent = Draft(zoo_entry("mlp-300-300").recipe), QObject()
    problems: list[str | None] = []
    draft.data_checked.connect(lambda: problems.append(draft.data_problem()))
    data_check = DataCheck(draft, lambda: DataFolders(None, Path("downloads")), parent)
    data_check.start()
    qtbot.waitUntil(has_begun.is_set)
    data_check.restart()
    may_answer.set()
    qtbot.waitUntil(lambda: problems == ["The file cannot be read.", last])
    data_check.close()
