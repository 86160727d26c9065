"""Files of both kinds, opened as pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from desktop_app.core.errors import UserError
from desktop_app.ink.open_page import FILE_SUFFIXES, PAGE_SUFFIXES, load_page
from desktop_app.ink.picture import Picture
from desktop_app.ink.strokes import Ink

INKML = '<ink xmlns="http://www.w3.org/2003/InkML"><trace>1 2, 3 4</trace></ink>'


@pytest.mark.parametrize("name", ["a.inkml", "a.xml", "A.XML"])
def test_ink_is_loaded_from_xml_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(INKML)
    page = load_page(tmp_path / name)
    assert isinstance(page, Ink)
    assert page.strokes[0].points.tolist() == [[1, 2], [3, 4]]


def test_other_xml_files_raise_user_error(tmp_path: Path) -> None:
    (tmp_path / "box.xml").write_text("<annotation><size>3</size></annotation>")
    with pytest.raises(UserError, match=r"^box\.xml is damaged or not an InkML file; choose another file\.$"):
        load_page(tmp_path / "box.xml")


def test_other_files_are_images(tmp_path: Path) -> None:
    Image.new("L", (30, 20), 255).save(tmp_path / "a.png")
    assert isinstance(load_page(tmp_path / "a.png"), Picture)


def test_folders_are_not_searched_for_xml_files() -> None:
    # They describe images of data sets far more often than they hold ink.
    assert set(FILE_SUFFIXES) - set(PAGE_SUFFIXES) == {".xml"}
