"""Translation files, extracted from the source and compiled; as a program it updates the English plurals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import parse

from desktop_app.core.files import new_file, write_atomically

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "resources" / "translations" / "handwriting_en.ts"

_TOOLS = Path(sys.executable).parent
_ALIASES = ["-tr-function-alias", "tr+=UserError,tr+=message,tr+=message_template"]


def extract(file: Path, *options: str) -> Element:
    """Update a .ts file from the source and return its content."""
    sources = sorted(map(str, ROOT.glob("desktop_app/**/*.py")))
    arguments = ["-silent", "-locations", "none", "-no-obsolete", *_ALIASES, *options]
    subprocess.run([_TOOLS / "pyside6-lupdate", *arguments, *sources, "-ts", file], check=True)
    return read(file)


def read(file: Path) -> Element:
    """Return the content of a .ts file."""
    root = parse(file).getroot()
    assert root is not None
    return root


def translate(root: Element, translated: Callable[[str], tuple[str, ...]]) -> None:
    """Fill all open translations; translated returns the forms of a source text, one or two."""
    for message in root.iter("message"):
        translation = message.find("translation")
        assert translation is not None
        if translation.attrib.pop("type", "") != "unfinished":
            continue
        forms = translated(message.findtext("source", ""))
        plurals = translation.findall("numerusform")
        for element, text in zip(plurals or [translation], [forms[0], forms[-1]], strict=False):
            element.text = text


def compile_file(root: Element, file: Path) -> Path:
    """Write the content as a .ts file and compile it to a .qm file beside it; return the latter.

    Both are replaced, not written in place: a process that has loaded a .qm file has it mapped into memory.
    """
    text = tostring(root, encoding="unicode")
    ts = f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n'
    write_atomically(file, ts.encode())
    compiled = file.with_suffix(".qm")
    with new_file(compiled) as written:
        subprocess.run([_TOOLS / "pyside6-lrelease", "-silent", file, "-qm", written.name], check=True)
    return compiled


def english_forms(source: str) -> tuple[str, str]:
    """Return the singular and the plural of an English text in which plurals are written word(s)."""
    return source.replace("(s)", "").replace("(es)", ""), source.replace("(s)", "s").replace("(es)", "es")


def main() -> None:
    """Renew the English plural forms."""
    root = extract(ENGLISH, "-pluralonly", "-target-language", "en", "-source-language", "en")
    translate(root, english_forms)
    compile_file(root, ENGLISH)


if __name__ == "__main__":
    main()
