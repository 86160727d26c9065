"""Tests of the documents: what they link to exists, and every page is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links_of(page: Path) -> list[str]:
    """Targets of all links and pictures in a page that are not on the web."""
    found = [link or picture for link, picture in _LINK.findall(page.read_text(encoding="utf-8"))]
    return [target for target in found if not target.startswith(("https://", "http://"))]


def anchors_of(page: Path) -> set[str]:
    """Anchors of all headings in a page, as GitHub makes them."""
    headings = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    missing = []
    for target in links_of(page):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("index", ["docs/README.md", "docs/decisions/README.md"])
def test_every_page_is_listed_in_its_folder(index: str) -> None:
    page = ROOT / index
    listed = {(page.parent / target.partition("#")[0]).resolve() for target in links_of(page)}
    pages = set(page.parent.glob("*.md")) - {page}
    assert pages <= listed
