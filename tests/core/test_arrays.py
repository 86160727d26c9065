from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.arrays import array_headers, read_array
from desktop_app.core.result_cache import ResultCache


def archive_of(header: bytes) -> io.BytesIO:
    """Return an .npz file with one array that has this header."""
    member = np.lib.format.magic(1, 0) + len(header).to_bytes(2, "little") + header
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.npy", member)
    return file


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f4', \x00'fortran_order': False, 'shape': (3,)",
        b"{[]: 1}",
        b"{'descr': ('<f4',), 'fortran_order': False, 'shape': (3,), }",
        b"[" * 9000,
    ],
    ids=["null byte", "list as key", "incomplete type", "nested"],
)
def test_an_invalid_header_is_a_value_error(header: bytes) -> None:
    with zipfile.ZipFile(archive_of(header)) as archive, pytest.raises(ValueError, match="header"):
        array_headers(archive, 1)


def test_a_header_that_is_parsed_beside_another_thread_is_parsed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failures = iter((True, True, False) * 2)

    def literal_eval(text: str) -> object:
        if next(failures):
            raise SystemError("AST constructor recursion depth mismatch (before=165, after=45)")
        return real(text)

    real, file = ast.literal_eval, io.BytesIO()
    np.savez(file, a=np.arange(3.0))
    with zipfile.ZipFile(file) as archive:
        monkeypatch.setattr(ast, "literal_eval", literal_eval)
        assert array_headers(archive, 1) == {"a": ((3,), np.dtype(np.float64))}
        assert read_array(archive, "a").tolist() == [0, 1, 2]


def test_a_result_with_an_invalid_header_is_not_in_the_cache(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put("group", "key", {"a": np.ones(3)})
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(archive_of(b"{'descr': '<f4', \x00'shape': (3,)").getvalue())
    assert cache.get("group", "key") is None
