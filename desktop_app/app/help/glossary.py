"""The glossary: terms and layer kinds, with a search."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.app.help.help_dialog import HelpDialog
from desktop_app.app.help.html import definitions, paragraph
from desktop_app.app.help.terms import TERMS
from desktop_app.networks.layers.registry import KINDS
from desktop_app.views.parts.messages import translated


class GlossaryDialog(HelpDialog):
    """Lists terms with their explanations; a search reduces the list."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        """List all terms."""
        super().__init__(name, title, parent)
        self._entries = _entries()
        self._search = QLineEdit()
        self._search.setObjectName("glossary_search")
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search the glossary"))
        self._search.setToolTip(self.tr("Show only terms that contain this text"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._show)
        self._layout.insertWidget(0, self._search)
        self.setTabOrder(self._search, self.text)
        self._search.setFocus()
        self._show("")

    def _show(self, searched: str) -> None:
        """Show the terms that contain a text, then those whose explanation does."""
        words = searched.strip().casefold()
        found = [entry for entry in self._entries if words in entry[0].casefold()]
        found += [entry for entry in self._entries if entry not in found and words in entry[1].casefold()]
        nothing = self.tr("The glossary does not contain “{text}”.").format(text=searched.strip())
        self.set_html(definitions(found) if found else paragraph(nothing))


def _entries() -> list[tuple[str, str]]:
    """Return all terms and layer kinds with their explanations, in alphabetical order."""
    terms = [(translated(term), translated(explanation)) for term, explanation in TERMS.items()]
    kinds = [(name, translated(kind.description)) for name, kind in KINDS.items()]
    return sorted(terms + kinds, key=lambda entry: entry[0].casefold())
