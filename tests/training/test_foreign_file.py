"""Files of Keras models are checked before they are read."""

from __future__ import annotations

import json
import os
import struct
import zipfile

import pytest

from desktop_app.training import foreign_file
from desktop_app.training.foreign_file import check_foreign
from tests.training.foreign_models import CONFIG, WEIGHTS, archive_file, assert_user_error


def test_files_saved_by_keras_are_valid(saved):
    for name in ("plain.keras", "plain.h5"):
        check_foreign(saved / name)


def test_format_does_not_depend_on_the_file_name(saved, tmp_path):
    renamed = tmp_path / "renamed.h5"
    renamed.write_bytes((saved / "plain.keras").read_bytes())
    check_foreign(renamed)


def test_training_configuration_is_ignored(parts, tmp_path):
    config = json.loads(parts[CONFIG])
    config["compile_config"] = {"loss": {"module": "mine", "class_name": "Loss", "registered_name": "Loss"}}
    check_foreign(archive_file(tmp_path / "a.keras", parts | {CONFIG: json.dumps(config).encode()}))


def test_other_files_raise_user_error(saved, tmp_path):
    assert_user_error(tmp_path, "is a folder; choose a .keras or .h5 file in it")
    assert_user_error(tmp_path / "missing.keras", "does not exist")
    os.mkfifo(tmp_path / "pipe.keras")
    assert_user_error(tmp_path / "pipe.keras", "not an ordinary file")
    text = tmp_path / "text.keras"
    text.write_text("no network")
    assert_user_error(text, "text.keras is not a model saved by Keras")


def test_too_large_file_raises_user_error(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_file, "LARGEST_FILE", 1000)
    assert_user_error(saved / "plain.keras", "larger than")


@pytest.mark.parametrize("name", ["plain.keras", "plain.h5"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.97])
def test_truncated_file_raises_user_error(saved, tmp_path, name, kept):
    data = (saved / name).read_bytes()
    part = tmp_path / name
    part.write_bytes(data[: int(len(data) * kept)])
    assert_user_error(part, "damaged")


@pytest.mark.parametrize(
    "extra", ["assets/words.txt", "../../.bashrc", "/etc/passwd", "model.pkl", "évil\n.py"]
)
def test_additional_member_raises_user_error(parts, tmp_path, extra):
    assert_user_error(
        archive_file(tmp_path / "a.keras", parts | {extra: b"x"}), "is not part of a Keras model"
    )


def test_missing_member_raises_user_error(parts, tmp_path):
    del parts[WEIGHTS]
    assert_user_error(archive_file(tmp_path / "a.keras", parts), "missing or duplicated")


def test_duplicate_member_raises_user_error(parts, tmp_path):
    path = archive_file(tmp_path / "a.keras", parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(CONFIG, b"{}")
    assert_user_error(path, "missing or duplicated")


def test_decompression_bomb_raises_user_error(parts, tmp_path):
    bomb = parts | {WEIGHTS: bytes(50_000_000)}
    path = archive_file(tmp_path / "a.keras", bomb, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    assert_user_error(path, "is compressed")


def test_wrong_declared_size_raises_user_error(parts, tmp_path):
    path = archive_file(tmp_path / "a.keras", parts)
    data = bytearray(path.read_bytes())
    # Change both sizes of the second entry in the directory at the end of the archive.
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02"))
    data[entry + 20 : entry + 28] = struct.pack("<II", 3_900_000, 3_900_000)
    path.write_bytes(data)
    assert_user_error(path, "damaged|too large")


def test_too_long_configuration_raises_user_error(parts, tmp_path):
    assert_user_error(
        archive_file(tmp_path / "a.keras", parts | {CONFIG: b" " * 4_000_001}), "config.json .* too large"
    )
