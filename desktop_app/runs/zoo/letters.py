"""The recipe of the network for digits and letters."""

from __future__ import annotations

from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from desktop_app.core.messages import message
from desktop_app.runs.recipe import DataPart, Negatives
from desktop_app.runs.zoo.characters import DIGITS_RECIPE, convolutional
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.augmentation import InkAugmentation
from desktop_app.tasks.task import DIGITS, Task

_SAME_SHAPE = "cijklmopsuvwxyz"
"""Small letters that look like their capitals; the classes are those of EMNIST Balanced (Cohen, 2017)."""

_DISTINCT = tuple(letter for letter in ascii_lowercase if letter not in _SAME_SHAPE)

_LETTERS = replace(
    DIGITS_RECIPE,
    name="letters",
    title="Digits and letters",
    data=(
        DataPart("unipen", validation=0.1, test=0.2),
        DataPart("unipen-words", validation=0.1, test=0.2),
        DataPart("pendigits", validation=0.1, test=0.2),
    ),
    layers=convolutional(40, 80, 160, 0.3),
    task=Task(
        labels=(*DIGITS, *ascii_uppercase, *_DISTINCT),
        aliases=tuple((letter, letter.upper()) for letter in _SAME_SHAPE),
        rejects=True,
    ),
    negatives=Negatives(per_epoch=6000, look_alikes=()),
    ink_augmentation=InkAugmentation(variants=6, repeats=1),
    fitting=replace(DIGITS_RECIPE.fitting, epochs=16),
)

LETTER_ENTRIES: tuple[ZooEntry, ...] = (
    ZooEntry(
        message("Digits, capitals and small letters in 47 classes, trained with strokes and negatives."),
        _LETTERS,
    ),
)
