"""A test of the words in code, tests and documents: terms of the field instead of invented ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [
    *(ROOT / "desktop_app").rglob("*.py"),
    *(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__).resolve()),
    *(path for path in (ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
]

INSTEAD_OF = {
    "refusals?": "user error",
    "variety": "augmentation",
    "settl(e|es|ed|ing)": "recalibrate batch normalization",
    "share[ds]? out|sharing out": "split",
    "still feed|feeds?": "batches",
    "tells?|told|teller": "emit, report",
    "takes? away|taken away": "export, remove",
    "desk|stor(y|ies)": "draft, run progress",
    "forming": "training preview",
    "walls?": "sample grid",
    "excit(e|es|ed|ing)": "maximizing inputs, top samples",
    "lessons?|first steps": "tutorial",
    "two networks": "compare models",
    "moments?": "snapshot",
    "goes on|going on|went on": "resume, continue",
    "astray": "diverged",
    "anew": "again",
    "whoever": "a plain subject",
}
"""Patterns of whole words, in lower case, and what stands in their place."""

ALLOWED = {
    "excit(e|es|ed|ing)": ("exciting inputs, ", "exciting samples, "),
    "settl(e|es|ed|ing)": ('"settling"', "`settling`"),
    "tells?|told|teller": ("file.tell()",),
    "variety": ("_variety",),
    "forming": ('"forming"',),
    "walls?": ('"wall"',),
    "lessons?|first steps": (
        '"lesson"',
        "## Lesson ",
        "first lesson",
        "each lesson",
        "lessons with the program",
    ),
    "moments?": ("at the moment", "at every moment", "at any moment"),
}
"""Names in files and settings that earlier versions wrote, and ordinary English."""


@pytest.mark.parametrize("words", INSTEAD_OF)
def test_terms_of_the_field_are_used(words: str) -> None:
    pattern = re.compile(rf"(?<![a-z]){'(' + words + ')'}(?![a-z])")
    found = []
    for path in FILES:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = line
            for allowed in ALLOWED.get(words, ()):
                text = text.replace(allowed, "")
            if pattern.search(text.lower()):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found, f"use {INSTEAD_OF[words]}:\n" + "\n".join(found)
