"""Training of a recipe: data, fit, calibration, measurement and export of the model folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import message
from desktop_app.core.paths import temporary_dir
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import ShouldStop, Stopped
from desktop_app.core.temporary import own_temporary_files
from desktop_app.data.dataset import Dataset, build_dataset
from desktop_app.data.samples import Samples
from desktop_app.data.sources.built_in import describe
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.networks.card import Thresholds
from desktop_app.networks.image_reader import default_reader
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.image_answers import ImageAnswers, answer_images, write_image_answers
from desktop_app.runs.recipe import Recipe, check_recipe, check_recipe_layers
from desktop_app.runs.run_folder import MODEL, TEST, RunFolder, RunRecord
from desktop_app.runs.run_store import distinct_title, run_titles
from desktop_app.runs.thresholds import choose_thresholds
from desktop_app.runs.training_events import Emit, PreparationProgress, RunFinished
from desktop_app.tasks.character_sets import SetOffsets
from desktop_app.tasks.kinds import task_kind
from desktop_app.training.batches import predict
from desktop_app.training.calibrated_network import calibrate, with_probabilities
from desktop_app.training.export import (
    CardFacts,
    TrainingOutcome,
    check_date,
    export_model,
    write_network,
)
from desktop_app.training.fit import augmentation, calibration, device_name, fit, loop_settings
from desktop_app.training.litert_process import LiteRTConverter
from desktop_app.training.recalibration import recalibrate
from desktop_app.training.set_offsets import fit_set_offsets, samples_for_offsets, sets_with_offsets

_RECALIBRATING, _CALIBRATING, _MEASURING = 0.3, 0.1, 0.4
"""Seconds that each may take after a request to stop, so that the run ends within three seconds."""

_BLOCK = 256
"""Samples that are predicted between two checks whether to stop."""


class _Calibration(NamedTuple):
    """What makes verdicts of probabilities: temperature, thresholds, and offsets in sets of characters."""

    temperature: float = 1.0
    thresholds: Thresholds = Thresholds(0.5)
    set_offsets: SetOffsets = MappingProxyType({})


def train(  # noqa: PLR0913 (two are keyword-only)
    recipe: Recipe,
    run: RunFolder,
    folders: DataFolders,
    emit: Emit,
    control: RunControl,
    *,
    resume: bool = False,
    in_subprocess: bool = False,
) -> RunRecord:
    """Train the network of a recipe, measure it, and write model and results to the run folder.

    A stopped run exports its best weights; a run that was cancelled, or stopped before the first batch,
    leaves no folder.

    Args:
        recipe: the recipe.
        run: folder of the run; locked until training ends.
        folders: folders with data sets.
        emit: receives the events, in the calling thread.
        control: checked after each batch.
        resume: whether to resume the run in the folder, from its checkpoint if it has completed an epoch.
        in_subprocess: whether another process converts the network, so that other threads are not blocked.

    Returns:
        The record of the finished run.

    Raises:
        UserError: the recipe is invalid, data is missing, damaged or without ink, the date of the computer
            is impossible, or a file cannot be written. If training had begun, the run folder stays, with the
            error in its record.
        Stopped: the run was cancelled, suspended, or stopped before training began.
    """
    check_recipe(recipe)
    run.begin(recipe, _record(recipe, run, resume=resume))
    try:
        check_date()
        dataset = build_dataset(recipe, folders, emit, control.should_stop)
        if not dataset.epochs.size:
            raise UserError(
                "No training sample has ink; an image of a single value has none. Check the images."
            )
        with (
            own_temporary_files(temporary_dir()),
            LiteRTConverter() if in_subprocess else nullcontext() as converter,
        ):
            model = fit(dataset, recipe, run, emit, control, resume=resume)
            model, info, figures = _measure(model, dataset, recipe, run, emit, control)
            emit(PreparationProgress(2, 3, message("Writing the model")))
            write = write_network if converter is None else converter.write_network
            export_model(model, info, run.path / MODEL, write)
        record = run.update(state="finished", figures=figures)
    except Stopped:
        run.release()
        if not control.is_suspended:
            shutil.rmtree(run.path, ignore_errors=True)
        raise
    except Exception as error:
        remark = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"[:1000]
        with suppress(UserError):  # the folder was deleted, or its disk fails
            run.update(state="failed", remark=remark)
        raise
    finally:
        run.release()
    emit(RunFinished(str(run.path / MODEL), record.reason == "stopped", record.figures))
    return record


def _record(recipe: Recipe, run: RunFolder, *, resume: bool) -> RunRecord:
    if resume:
        return run.record()
    parameters = check_recipe_layers(recipe).parameters
    started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    data = " + ".join(describe(part.source) for part in recipe.data)
    title = distinct_title(f"{recipe.title} · {data}", recipe.fitting.epochs, run_titles(run.path.parent))
    return RunRecord(title, started=started, parameters=parameters, device=device_name())


def _measure(
    model: object, dataset: Dataset, recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl
) -> tuple[object, CardFacts, dict[str, float]]:
    """Recalibrate, calibrate and measure the model; return it, the contents of its card, and its metrics.

    After a request to stop, only as many samples are used as fit into a short time.
    """
    emit(PreparationProgress(0, 3, message("Calibrating")))
    recalibrate(
        model,
        dataset.training,
        dataset.epochs[0],
        dataset.validation,
        loop_settings(recipe),
        augment=augmentation(recipe),
        should_stop=_time_limit(control, _RECALIBRATING),
    )
    calibrated = _Calibration()
    kind = task_kind(recipe.task)
    if kind.calibrate is not None:
        model = with_probabilities(model)
        calibrated = _calibrate(model, dataset, recipe, control)
    emit(PreparationProgress(1, 3, message("Measuring")))
    record = run.record()
    figures = dict(record.figures)
    outputs, test = _predict_some(model, dataset.test, recipe.seed, _time_limit(control, _MEASURING))
    if len(test):
        scores = kind.evaluate(outputs, test.targets)
        figures |= {f"test_{name}": value for name, value in scores.items()}
        if kind.has_labels:
            write_answers(run.path / TEST, Answers(outputs, test.targets, test.inputs))
        else:
            write_image_answers(run.path / TEST, _image_answers(outputs, test, recipe, control))
    evaluations = (_evaluation(outputs, test, recipe, dataset),) if kind.has_labels and len(test) else ()
    info = CardFacts(
        name=recipe.name,
        title=record.title,
        task=recipe.task,
        look_alikes=recipe.negatives.look_alikes if recipe.task.rejects else (),
        thresholds=calibrated.thresholds,
        set_offsets=calibrated.set_offsets,
        recipe=recipe,
        outcome=TrainingOutcome(record.epochs, calibrated.temperature, record.seconds, dataset.sources),
        evaluations=evaluations,
    )
    return model, info, figures


def _evaluation(
    outputs: NDArray[np.float32], test: Samples, recipe: Recipe, dataset: Dataset
) -> dict[str, object]:
    """Return the evaluation on the test samples for the card, without negatives."""
    size = len(recipe.task.labels)
    is_label = test.targets < size
    classes, answers = test.targets[is_label], outputs[is_label].argmax(axis=1)
    confusion = np.zeros((size, size), np.int64)
    np.add.at(confusion, (classes[answers < size], answers[answers < size]), 1)
    has_writers = all(source.writers is not None for source in dataset.sources)
    return {
        "data": " + ".join(source.file for source in dataset.sources),
        "model": recipe.name,
        "writers": "never seen in training" if has_writers else "unknown",
        "count": len(classes),
        "accuracy": float((answers == classes).mean()) if len(classes) else None,
        "confusion": confusion.tolist(),
    }


def _image_answers(
    outputs: NDArray[np.float32], test: Samples, recipe: Recipe, control: RunControl
) -> ImageAnswers:
    """Return the output images with their quality; after a request to stop, they are not read."""
    arrays = test.inputs, outputs, test.targets, test.labels
    if not control.should_stop():
        with suppress(Stopped):
            return answer_images(*arrays, default_reader(recipe.task), control.should_stop)
    return answer_images(*arrays, None, lambda: control.is_cancelled)


def _calibrate(model: object, dataset: Dataset, recipe: Recipe, control: RunControl) -> _Calibration:
    """Calibrate the model and choose the thresholds of verdicts with validation samples."""
    should_end = _time_limit(control, _CALIBRATING)
    outputs, some = _predict_some(model, dataset.validation, recipe.seed, should_end)
    temperature = calibrate(model, outputs, some.targets, calibration(recipe))
    offsets = _set_offsets(model, dataset, recipe, should_end)
    if not len(some):
        return _Calibration(temperature, set_offsets=offsets)
    answers = predict(model, some.inputs), some.targets, some.labels
    return _Calibration(temperature, choose_thresholds(*answers, offsets, recipe), offsets)


def _set_offsets(model: object, dataset: Dataset, recipe: Recipe, should_end: ShouldStop) -> SetOffsets:
    """Return the offsets of labels in sets of characters, from some training samples."""
    if not sets_with_offsets(recipe):
        return MappingProxyType({})
    rows = dataset.epochs[0]
    samples = dataset.training.at(rows[samples_for_offsets(dataset.training.labels[rows], recipe)])
    outputs, some = _predict_some(model, samples, recipe.seed, should_end)
    return fit_set_offsets(outputs, some.targets, some.labels, recipe)


def _time_limit(control: RunControl, seconds: float) -> Callable[[], bool]:
    """Return a function that returns whether a step that starts now has to end.

    The limit applies only after a request to stop. The function raises Stopped if the run was cancelled.
    """
    began = time.perf_counter()

    def should_end() -> bool:
        if control.is_cancelled:
            raise Stopped
        return control.should_stop() and time.perf_counter() - began > seconds

    return should_end


def _predict_some(
    model: object, samples: Samples, seed: int, should_end: Callable[[], bool]
) -> tuple[NDArray[np.float32], Samples]:
    """Return the outputs and their samples, in order: all, or a random part if the time limit is reached."""
    order = np.random.default_rng(seed).permutation(len(samples))
    outputs = [predict(model, samples.inputs[:0])]
    for start in range(0, len(samples), _BLOCK):
        outputs.append(predict(model, samples.inputs[order[start : start + _BLOCK]]))
        if should_end():
            break
    rows = order[: sum(map(len, outputs))]
    in_order = np.argsort(rows)
    return np.concatenate(outputs)[in_order], samples.at(rows[in_order])
