import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.core.settings import (
    MOST_RECENT_FILES,
    Settings,
    load_settings,
    save_changes,
    save_settings,
)

CHANGED = Settings(
    appearance="dark",
    recent_files=("/home/ann/7.png", "/home/ann/\udcff.png"),
    pen_width=21.5,
    layer="conv2",
    data_folder="/data",
    window_geometry="AdnQ",
    layouts={"read": "AAAA"},
    most_wrong=0.01,
    character_sets={"letters": "capitals"},
)


def test_defaults_without_file(tmp_path):
    assert load_settings(tmp_path / "settings.json") == (Settings(), None)
    assert list(tmp_path.iterdir()) == []


def test_settings_are_saved_and_loaded(tmp_path):
    path = tmp_path / "new" / "settings.json"
    save_settings(CHANGED, path)
    assert load_settings(path) == (CHANGED, None)


def test_missing_field_has_its_default(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"version": 1, "layer": "conv2"}')
    assert load_settings(path) == (Settings(layer="conv2"), None)


def written(**changes):
    """Return the content of a settings file with changed fields."""
    return json.dumps({"version": 1, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"version": 1, "pen_width": 1e999}',
        b'{"version": 1, "pen_width": NaN}',
        b'{"version": 1, "pen_width": ' + b"9" * 400 + b"}",
        b"0" * 2_000_000,
        written(version=3),
        written(version="1"),
        written(appearance="purple"),
        written(appearance=["dark"]),
        written(recent_files="/one"),
        written(recent_files=[1]),
        written(recent_files=["/file"] * (MOST_RECENT_FILES + 1)),
        written(pen_width=True),
        written(pen_width="12"),
        written(pen_width=0),
        written(pen_width=-1e9),
        written(layer=None),
        written(layer="x" * 200_000),
        written(window_geometry=7),
        written(unknown="field"),
        written(__class__="evil"),
    ],
)
def test_invalid_file_is_renamed(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, message = load_settings(path)
    assert settings == Settings()
    assert message is not None
    assert "settings.broken.json" in str(message)
    assert (tmp_path / "settings.broken.json").read_bytes() == content
    assert load_settings(path) == (Settings(), None)
    save_settings(CHANGED, path)
    assert load_settings(path) == (CHANGED, None)


@given(st.binary(max_size=60))
def test_random_files_do_not_raise_errors(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("home") / "settings.json"
    path.write_bytes(content)
    assert load_settings(path)[0] == Settings()


def test_folder_or_pipe_does_not_block(tmp_path):
    folder, pipe = tmp_path / "folder.json", tmp_path / "pipe.json"
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (folder, pipe):
        settings, message = load_settings(path)
        assert settings == Settings()
        assert message is not None
        save_settings(CHANGED, path)
        assert load_settings(path) == (CHANGED, None)


def test_invalid_file_that_cannot_be_renamed(tmp_path, monkeypatch):
    path = tmp_path / "settings.json"
    path.write_bytes(b"{")

    def read_only(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(type(path), "replace", read_only)
    settings, message = load_settings(path)
    assert settings == Settings()
    assert str(message) == "The settings file is invalid; the settings have been reset."
    assert path.read_bytes() == b"{"


def test_read_only_folder_raises_user_error(tmp_path, monkeypatch):
    def read_only(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(type(tmp_path), "open", read_only)
    with pytest.raises(UserError, match="the disk is read-only"):
        save_settings(CHANGED, tmp_path / "settings.json")


def test_recent_files_are_limited_and_newest_first(tmp_path):
    settings = Settings()
    for number in range(MOST_RECENT_FILES + 3):
        settings = settings.with_recent_file(tmp_path / f"{number}.png")
    settings = settings.with_recent_file(tmp_path / "5.png")
    order = [5, 12, 11, 10, 9, 8, 7, 6, 4, 3]
    assert settings.recent_files == tuple(str(tmp_path / f"{number}.png") for number in order)


def test_settings_that_did_not_change_stay_as_in_the_file(tmp_path):
    path = tmp_path / "settings.json"
    save_settings(Settings(pen_width=30, layer="conv1"), path)
    save_changes(Settings(appearance="dark", layer="conv2"), ("appearance", "layer"), path)
    assert load_settings(path)[0] == Settings(appearance="dark", pen_width=30, layer="conv2")


@pytest.mark.parametrize("content", [None, b"{", b'{"version": 99}'])
def test_all_settings_are_written_where_the_file_has_none(tmp_path, content):
    path = tmp_path / "settings.json"
    if content is not None:
        path.write_bytes(content)
    save_changes(CHANGED, (), path)
    assert load_settings(path) == (CHANGED, None)


def test_settings_of_earlier_versions_are_read() -> None:
    path = Path(__file__).parents[1] / "fixtures" / "older" / "settings.json"
    settings, problem = load_settings(path)
    assert problem is None
    assert (settings.model, settings.workspace, settings.data_folder) == ("fast", "train", "/data")
    assert dict(settings.layouts) == {"train": "AAAA"}


def test_damaged_state_of_the_window_is_dropped(tmp_path):
    path = tmp_path / "settings.json"
    settings = Settings(window_geometry="Z2Vv", layouts={"read": "cmVhZA==", "train": "dHJhaW4="})
    save_settings(settings, path)
    text = path.read_text()
    path.write_text(text.replace(":cmVhZA==", ":cmVhZB==").replace(":Z2Vv", ":Z2V"))
    loaded, problem = load_settings(path)
    assert problem is None
    assert loaded.window_geometry == ""
    assert dict(loaded.layouts) == {"train": "dHJhaW4="}


@pytest.mark.parametrize("text", ["cmVh ZA==", "00000000:cmVhZA==", "\u00e4"])
def test_state_without_checksum_must_be_base64(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_bytes(written(layouts={"read": text, "train": "AAAA"}, window_geometry=text))
    loaded, _ = load_settings(path)
    assert dict(loaded.layouts) == {"train": "AAAA"}
    assert loaded.window_geometry == ""
