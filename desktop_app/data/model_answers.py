"""Evaluation of a model on any data source: opening it, and the answers of the model to its samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.files import is_folder
from desktop_app.core.messages import message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.model_inputs import takes_as_is
from desktop_app.data.orientation import seems_transposed
from desktop_app.data.pages import pages_of
from desktop_app.data.plain_samples import image_samples
from desktop_app.data.sources.my_samples_source import NO_CHARACTER_LABEL
from desktop_app.data.sources.open_source import open_source
from desktop_app.data.sources.source_set import DataFolders, SourceSet
from desktop_app.data.text_labels import are_texts, has_words, with_texts_of_names
from desktop_app.networks.card import ModelCard
from desktop_app.networks.image_reader import default_reader
from desktop_app.networks.recognizer import Recognizer
from desktop_app.runs.answers import Answers
from desktop_app.runs.image_answers import ImageAnswers, answer_images
from desktop_app.runs.recipe import DataPart
from desktop_app.runs.training_events import Emit, PreparationProgress
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.prepare import PREPARATIONS, prepare
from desktop_app.tasks.task import Task

Rows = NDArray[np.int64]

_BLOCK = 100
"""Samples that are answered between two reports of the progress."""

_MOST_LISTED, _LONGEST_LISTED = 4, 12
"""Labels in a sentence, and characters of each."""


@dataclass(frozen=True, eq=False)
class SourceAnswers:
    """Answers of a model to samples of a data source.

    Attributes:
        answers: output images if the model outputs images.
        left_out: number of samples without ink, in damaged files, or with a label unknown to the model.
    """

    answers: Answers | ImageAnswers
    left_out: int


def open_labelled(
    data: str, task: Task, folders: DataFolders, emit: Emit, should_stop: ShouldStop
) -> tuple[SourceSet, bool]:
    """Open a data source whose samples have labels.

    Files of a folder without subfolders are labelled with the texts in their names. Images that seem to be
    transposed are turned upright.

    Args:
        data: as for `open_source`.
        task: task of the model that is to be evaluated.
        folders: folders with data sets.
        emit: receives the progress.
        should_stop: called often.

    Returns:
        The source, and whether it was turned upright.

    Raises:
        UserError: the data does not exist, cannot be read or has no labels.
        Stopped: should_stop() returned True.
    """
    if is_folder(Path(data)):
        listed = open_source(data, folders, emit, should_stop, list_only=True)
        if not any(listed.labels):
            return with_texts_of_names(listed, task), False
    source = open_source(data, folders, emit, should_stop)
    return (source.transposed(), True) if seems_transposed(source) else (source, False)


def unseen_rows(source: SourceSet, card: ModelCard) -> tuple[Rows, str]:
    """Return the rows of samples that the model was not trained on, as far as known, and their writers.

    These are the test part of the data set, if it has one; and only the test writers, if the model was
    trained on this data set and the writers are known.

    Returns:
        The rows, int64 (n,), and a description of their writers.
    """
    writers = "unknown" if source.writers is None else "all in the file"
    is_used = np.ones(len(source), np.bool_) if source.is_test is None else source.is_test
    if source.writers is not None:
        for known in card.data:
            if known.sha256 == source.sha256:
                is_used, writers = np.isin(source.writers, known.test_writers), "never seen in training"
    return np.flatnonzero(is_used), writers


def check_fits(source: SourceSet, rows: Rows, card: ModelCard) -> None:
    """Check that samples are input of the kind that a model expects.

    A model that rejects what it does not know may get other characters, but no colour images of other things.

    Args:
        source: the samples.
        rows: rows that are evaluated.
        card: of the model.

    Raises:
        UserError: the model knows no label of the samples, and either it reads ink while they are colour
            images with words as labels, or it has no class for what it does not know.
    """
    found = sorted(set(map(str, source.labels[rows])))
    if not found or not card.task.label_index.keys().isdisjoint(found) or are_texts(source, card.labels):
        return
    words = [label for label in found if label != NO_CHARACTER_LABEL]
    if PREPARATIONS[card.task.preparation].is_of_ink and source.is_colour and has_words(words):
        raise UserError(
            "The model {model} expects handwriting, but {data} has colour images ({labels}); choose other "
            "data or another model.",
            model=card.title,
            data=source.title,
            labels=_listed(words),
        )
    if task_kind(card.task).has_labels and not card.task.rejects:
        raise UserError(
            "The model {model} knows {known}, but none of the labels of this data ({labels}).",
            model=card.title,
            labels=_listed(found),
            known=_listed(card.labels),
        )


def _listed(labels: Sequence[str]) -> str:
    """Return the first labels, separated by commas."""
    shown = ", ".join(label[:_LONGEST_LISTED] for label in labels[:_MOST_LISTED])
    return f"{shown}, …" if len(labels) > _MOST_LISTED else shown


def answer_source(
    recognizer: Recognizer, source: SourceSet, emit: Emit, should_stop: ShouldStop
) -> SourceAnswers:
    """Run a model on the unseen samples of a source; they are read like drawings and image files.

    Args:
        recognizer: the model.
        source: the samples.
        emit: receives the progress.
        should_stop: called often.

    Raises:
        UserError: the file of a sample cannot be opened, the labels are texts of several characters, the
            model does not fit the samples, see `check_fits`, or knows no label of them, or none has ink.
        Stopped: should_stop() returned True.
    """
    rows, _ = unseen_rows(source, recognizer.card)
    check_fits(source, rows, recognizer.card)
    if not task_kind(recognizer.task).has_labels:
        images = enlarge_source(recognizer, source, rows, emit, should_stop)
        return SourceAnswers(images, len(rows) - len(images))
    if are_texts(source, recognizer.card.labels):
        raise UserError(
            "The labels of {title} are texts of several characters. Measure them with the command "
            "handwriting evaluate.",
            title=source.title,
        )
    classes = _classes(source, recognizer.card)[rows]
    known, classes = rows[classes >= 0], classes[classes >= 0]
    answers = _answer_labels(recognizer, source, known, classes, _Reporter(emit, should_stop, len(known)))
    if not len(answers):
        if len(known):
            raise UserError(
                "No sample of {data} has ink; an image of a single value has none. Check the images.",
                data=source.title,
            )
        raise UserError(
            "The model knows no label of {title}; choose other data or another model.", title=source.title
        )
    return SourceAnswers(answers, len(rows) - len(answers))


def enlarge_source(
    recognizer: Recognizer, source: SourceSet, rows: Rows, emit: Emit, should_stop: ShouldStop
) -> ImageAnswers:
    """Return the output images of a model for rows of a source, compared with interpolation.

    Raises:
        UserError: the file of a sample cannot be opened, or there are no samples.
        Stopped: should_stop() returned True.
    """
    task = recognizer.card.task
    is_as_is = takes_as_is(source, DataPart(source.file), task)
    reporter = _Reporter(emit, should_stop, len(rows))
    samples = image_samples(source, reporter.each(rows), task, is_as_is=is_as_is)
    if not len(samples):
        raise UserError("{file} has no samples to evaluate; choose other data.", file=source.file)
    outputs = []
    for first in range(0, len(samples), _BLOCK):
        raise_if_stopped(should_stop)
        inputs = samples.inputs[first : first + _BLOCK].astype(np.float32) / np.float32(255)
        outputs.append(recognizer.predict(inputs))
    reader = default_reader(task)
    return answer_images(
        samples.inputs,
        np.concatenate(outputs),
        samples.targets,
        samples.labels,
        reader,
        should_stop,
    )


class _Reporter:
    """Reports the progress, and raises Stopped when the evaluation is to stop."""

    def __init__(self, emit: Emit, should_stop: ShouldStop, total: int) -> None:
        self._emit, self._should_stop, self._total = emit, should_stop, total

    def each(self, rows: Rows) -> Iterator[int]:
        """Yield the rows, and report the progress regularly; decoding a photo takes long."""
        for number, row in enumerate(rows.tolist()):
            raise_if_stopped(self._should_stop)
            if number % _BLOCK == 0:
                self._emit(PreparationProgress(number, self._total, message("Evaluating")))
            yield row


def _answer_labels(
    recognizer: Recognizer, source: SourceSet, rows: Rows, classes: Rows, reporter: _Reporter
) -> Answers:
    """Return the probabilities of the labels for rows of a source, without those without ink."""
    task = recognizer.card.task
    inputs = np.zeros((len(rows), *task.input_shape), np.uint8)
    outputs = np.zeros((len(rows), *task.output_shape), np.float32)
    has_ink = np.zeros(len(rows), np.bool_)
    model_inputs: dict[int, NDArray[np.float32]] = {}
    for number, (_, page) in enumerate(pages_of(source, reporter.each(rows), [])):
        prepared = None if page is None else prepare(page, task)
        if prepared is not None:
            inputs[number], model_inputs[number] = prepared.pixels, prepared.model_input
            has_ink[number] = True
        if model_inputs and (len(model_inputs) == _BLOCK or number == len(rows) - 1):
            outputs[list(model_inputs)] = recognizer.predict(np.stack(list(model_inputs.values())))
            model_inputs.clear()
    return Answers(outputs[has_ink], classes[has_ink], inputs[has_ink])


def _classes(source: SourceSet, card: ModelCard) -> NDArray[np.int64]:
    """Return the class of each sample like `label_classes`, with what the card of a model knows."""
    task = card.task
    index = dict.fromkeys(card.look_alikes, -1) | task.label_index
    unknown = len(task.labels) if task.rejects else -1
    return np.array(
        [index.get(label, unknown if label else -1) for label in source.labels.tolist()], np.int64
    )
