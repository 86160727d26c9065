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


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = (), first_width: int = 0) -> str:
    """Return a table.

    Args:
        rows: texts of the cells.
        header: texts above the columns.
        first_width: width of the first column in pixels; 0: as its texts need.
    """
    width = f' width="{first_width}"' if first_width else ""
    head = "".join(f'<th align="left">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f"<tr><td{width}>" + "</td><td>".join(escape(cell) for cell in row) + "</td></tr>" for row in rows
    )
    head = f"<tr>{head}</tr>" if head else ""
    return f'<table cellspacing="0" cellpadding="4">{head}{body}</table>'


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """Return terms, each with its explanation below it."""
    return "".join(f"<p><b>{escape(term)}</b><br>{escape(text)}</p>" for term, text in entries)
