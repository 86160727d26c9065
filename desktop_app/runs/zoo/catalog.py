"""All entries of the zoo."""

from __future__ import annotations

from desktop_app.runs.zoo.characters import CHARACTER_ENTRIES
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.runs.zoo.letters import LETTER_ENTRIES
from desktop_app.runs.zoo.pictures import PICTURE_ENTRIES
from desktop_app.runs.zoo.restoration import RESTORATION_ENTRIES

ZOO: tuple[ZooEntry, ...] = (*CHARACTER_ENTRIES, *LETTER_ENTRIES, *PICTURE_ENTRIES, *RESTORATION_ENTRIES)
"""The built-in recipes, in the order of the list."""


def zoo_entry(name: str) -> ZooEntry:
    """Return the built-in recipe of a name.

    Raises:
        KeyError: there is none.
    """
    return {entry.name: entry for entry in ZOO}[name]
