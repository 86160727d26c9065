"""The recipe of the network for digits and letters."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

from desktop_app.core.messages import message
from desktop_app.runs.recipe import DataPart, Fitting, Keeping, Negatives, Recipe, Schedule
from desktop_app.runs.zoo.characters import convolutional
from desktop_app.runs.zoo.entry import ZooEntry
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.task import DIGITS, Task

_SAME_SHAPE = "cijklmopsuvwxyz"
"""Small letters that look like their capitals; the classes are those of EMNIST Balanced (Cohen, 2017)."""

_DISTINCT = tuple(letter for letter in ascii_lowercase if letter not in _SAME_SHAPE)

_LETTERS = Recipe(
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
    image_augmentation=ImageAugmentation(),
    fitting=Fitting(
        epochs=24,
        batch_size=256,
        optimizer="adamw",
        weight_decay=0.02,
        label_smoothing=0.03,
        average_momentum=0.999,
        recalibration_batches=150,
    ),
    schedule=Schedule("cosine", rate=0.003, warm_up=2.0),
    keeping=Keeping(weights="last"),
)

LETTER_ENTRIES: tuple[ZooEntry, ...] = (
    ZooEntry(
        message("Digits, capitals and small letters in 47 classes, trained with strokes and negatives."),
        _LETTERS,
    ),
)
