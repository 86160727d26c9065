"""Parts of help pages as HTML, from plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def heading(text: str) -> str:
    """Return a heading."""
    return f"<h3>{escape(text)}</h3>"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def numbered(texts: Iterable[str]) -> str:
    """Return a numbered list."""
    return "<ol>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ol>"


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Return a table with an optional header."""
    head = "".join(f'<th align="left">{escape(cell)}</th>' for cell in header)
    head = f"<tr>{head}</tr>" if head else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table cellspacing="0" cellpadding="4">{head}{body}</table>'


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """Return terms, each with its explanation below it."""
    return "".join(f"<p><b>{escape(term)}</b><br>{escape(text)}</p>" for term, text in entries)
