"""Keras files for other programs and computers: with the model card, with which the import reads them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import msgspec

from desktop_app.networks.card import CARD_FILE, ModelCard, card_to_json
from desktop_app.networks.model_folder import read_card, read_keras


def keras_with_card(folder: Path) -> bytes:
    """Return the Keras file of a model with one more member, its card.

    Keras ignores the member; the others stay as they are.

    Raises:
        UserError: the model is damaged, or has no Keras file.
    """
    card = read_card(folder)
    member = msgspec.json.format(card_to_json(_of_network(card)), indent=-1)
    buffer = io.BytesIO(read_keras(folder, card))
    with zipfile.ZipFile(buffer, "a") as archive:
        # Without a time, so that the same model gives the same file.
        archive.writestr(zipfile.ZipInfo(CARD_FILE), member)
    return buffer.getvalue()


def _of_network(card: ModelCard) -> ModelCard:
    """Return the card of the network without other files: without their hashes, and without line network."""
    figures = tuple(each for each in card.figures if not (card.has_line_network and _is_of_texts(each)))
    return replace(card, files=MappingProxyType({}), figures=figures)


def _is_of_texts(figures: object) -> bool:
    return isinstance(figures, Mapping) and "string_accuracy" in figures
