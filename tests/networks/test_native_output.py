"""Messages of native libraries are discarded, and only these."""

from __future__ import annotations

import os

import pytest

from desktop_app.networks.native_output import suppress_native_output


def test_standard_error_is_back_after_blocks_that_overlap(capfd: pytest.CaptureFixture[str]) -> None:
    """Two threads that open networks may leave their blocks in the order in which they entered them."""
    first, second = suppress_native_output(), suppress_native_output()
    for step, block in (("1", first.__enter__), ("2", second.__enter__)):
        block()
        os.write(2, f"inside {step}\n".encode())
    first.__exit__(None, None, None)
    os.write(2, b"still inside\n")
    second.__exit__(None, None, None)
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"
