"""Tests of reading with Dask, which run in a process of their own because a cluster needs the network."""

import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from desktop_app.batch.find_sources import find_sources
from desktop_app.batch.read_files import read_sources
from desktop_app.batch.row import Row
from desktop_app.core.decoding import decode_json
from desktop_app.networks.library import find_model
from desktop_app.networks.recognizer import open_recognizer
from tests.synthetic_numbers import image_of, number

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed"),
]


@pytest.mark.parametrize("arguments", [(), ("kill",)], ids=["two workers", "one of them killed"])
def test_rows_are_those_of_one_process(tmp_path, arguments):
    for index in range(400):
        image_of(number(str(index % 10))).save(tmp_path / f"{index:03d}.png")
    (tmp_path / "damaged.png").write_bytes(b"no image")
    command = [sys.executable, "-m", "tests.batch.read_with_dask", str(tmp_path), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    rows = decode_json(done.stdout, list[Row])
    expected = read_sources(open_recognizer(find_model("digits")), find_sources([tmp_path]))
    assert [replace(row, milliseconds=0.0) for row in rows] == [
        replace(row, milliseconds=0.0) for row in expected
    ]
