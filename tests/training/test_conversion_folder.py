"""What a conversion process leaves for the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.training.conversion_folder import ConversionFolder


def test_an_error_is_read_with_its_values(tmp_path: Path) -> None:
    folder = ConversionFolder(tmp_path)
    part = message("the layer {name}", name="a\nb")
    folder.write_error(message("{count} problems of {share:.1f} %: {part}.", count=2, share=0.25, part=part))
    error = folder.read_error()
    assert str(error) == "2 problems of 0.2 %: the layer a\N{REPLACEMENT CHARACTER}b."
    assert error.message.template.startswith("{count} problems")


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b'{"template": "a"}', b'{"template": "a", "values": {"b": []}}']
)
def test_an_invalid_file_is_a_user_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "error.txt").write_bytes(content)
    (tmp_path / "facts.json").write_bytes(content)
    for read in (ConversionFolder(tmp_path).read_error, ConversionFolder(tmp_path).read_facts):
        with pytest.raises(UserError, match="The import failed"):
            read()
