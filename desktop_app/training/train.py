"""Train: a recipe becomes a model folder. A plain function, for a test, a window or the command line."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.run_control import RunControl
from desktop_app.core.stopping import Stopped
from desktop_app.data.dataset import Dataset, Samples, build_dataset
from desktop_app.data.sources.source_set import DataFolders
from desktop_app.runs.answers import Answers, write_answers
from desktop_app.runs.recipe import Recipe, check_recipe, trace_recipe
from desktop_app.runs.run_folder import MODEL, TEST, RunFolder, RunRecord
from desktop_app.runs.thresholds import choose_threshold
from desktop_app.runs.training_events import Emit, PreparationProgress, RunFinished
from desktop_app.tasks.kinds import task_kind
from desktop_app.training.export import CardFacts, TrainingOutcome, export_model, write_network
from desktop_app.training.fit import calibration, device_name, fit, loop_settings
from desktop_app.training.litert_process import LiteRTConverter
from desktop_app.training.loop import calibrate, predict, recalibrate, with_probabilities

_RECALIBRATING, _CALIBRATING, _MEASURING = 0.3, 0.1, 0.4
"""Seconds that each may take in a run that is to end, so that all of it is over in two or three."""

_AT_ONCE = 256
"""Samples that are answered before it is asked whether there is time for more."""


def train(  # noqa: PLR0913 (two of them are said by name)
    recipe: Recipe,
    run: RunFolder,
    places: DataFolders,
    emit: Emit,
    control: RunControl,
    *,
    resume: bool = False,
    aside: bool = False,
) -> RunRecord:
    """Train the recipe's network, measure it, and leave model and all else in the run's folder.

    A run that is stopped keeps and exports the best it has; one that is cancelled, or stopped before
    the first batch, leaves no folder.

    Args:
        recipe: everything that decides the outcome.
        run: where all that is kept of the run goes; its lock is held until the end.
        places: where data sets are looked for.
        emit: told of every step, batch and epoch; called in the calling thread.
        control: looked at after every batch.
        resume: whether the folder is a run to continue, from its checkpoint if it has completed an epoch.
        aside: whether a process of its own converts the network in the end, for the sake of other threads.

    Returns:
        The record of the finished run.

    Raises:
        UserError: the recipe contradicts itself, data is missing or damaged, or a file cannot be
            written. Where learning had begun, the folder stays and its record says so.
        Stopped: cancelled, left to be continued, or stopped before learning began.
    """
    check_recipe(recipe)
    run.begin(recipe, _record(recipe, run, resume=resume))
    try:
        dataset = build_dataset(recipe, places, emit, control.should_stop)
        with LiteRTConverter() if aside else nullcontext() as converter:
            model = fit(dataset, recipe, run, emit, control, resume=resume)
            model, facts, figures = _measure(model, dataset, recipe, run, emit, control)
            emit(PreparationProgress(2, 3, "writing the model"))
            writes = write_network if converter is None else converter.write_network
            export_model(model, facts, run.path / MODEL, writes)
        record = run.change(state="finished", figures=figures)
    except Stopped:
        run.release()
        if not control.is_suspended:
            shutil.rmtree(run.path, ignore_errors=True)
        raise
    except Exception as error:
        remark = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"[:1000]
        run.change(state="failed", remark=remark)
        raise
    finally:
        run.release()
    emit(RunFinished(str(run.path / MODEL), record.reason == "stopped"))
    return record


def _record(recipe: Recipe, run: RunFolder, *, resume: bool) -> RunRecord:
    if resume:
        return run.record()
    parameters = trace_recipe(recipe).parameters
    started = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    return RunRecord(recipe.title, started=started, parameters=parameters, device=device_name())


def _measure(
    model: object, dataset: Dataset, recipe: Recipe, run: RunFolder, emit: Emit, control: RunControl
) -> tuple[object, CardFacts, dict[str, float]]:
    """Recalibrate, calibrate and measure what was learned: the model, what its card says, its figures.

    Of a run that is to end, only as many samples are asked as can be answered soon.
    """
    emit(PreparationProgress(0, 3, "calibrating"))
    inputs = dataset.training.inputs[dataset.epochs[0]]
    recalibrate(model, inputs, loop_settings(recipe), _patience(control, _RECALIBRATING))
    temperature, threshold = 1.0, 0.5
    kind = task_kind(recipe.task)
    if kind.calibrate is not None:
        model = with_probabilities(model)
        temperature, threshold = _calibrate(model, dataset.validation, recipe, control)
    emit(PreparationProgress(1, 3, "measuring"))
    record = run.record()
    figures = dict(record.figures)
    outputs, test = _predicted(model, dataset.test, recipe.seed, _patience(control, _MEASURING))
    if len(test):
        if recipe.task.labels:
            write_answers(run.path / TEST, Answers(outputs, test.targets, test.inputs))
        scores = kind.evaluate(outputs, test.targets)
        figures |= {f"test_{name}": value for name, value in scores.items()}
    facts = CardFacts(
        name=recipe.name,
        title=recipe.title,
        task=recipe.task,
        look_alikes=recipe.negatives.look_alikes if recipe.task.rejects else (),
        read_threshold=threshold,
        recipe=recipe,
        outcome=TrainingOutcome(record.epochs, temperature, record.seconds, dataset.sources),
    )
    return model, facts, figures


def _calibrate(model: object, samples: Samples, recipe: Recipe, control: RunControl) -> tuple[float, float]:
    """Calibrate the model by validation samples: the temperature, and the confidence to be read."""
    is_over = _patience(control, _CALIBRATING)
    outputs, some = _predicted(model, samples, recipe.seed, is_over)
    temperature = calibrate(model, outputs, some.targets, calibration(recipe))
    if not len(some):
        return temperature, 0.5
    threshold = choose_threshold(
        predict(model, some.inputs),
        some.targets,
        recipe.keeping.rejected_share,
        rejects=recipe.task.rejects,
    )
    return temperature, threshold


def _patience(control: RunControl, seconds: float) -> Callable[[], bool]:
    """Says whether something that begins now has to end: only a run that is to end has no time.

    Raises:
        Stopped: by what it gives, when the run was cancelled.
    """
    began = time.perf_counter()

    def is_over() -> bool:
        if control.is_cancelled:
            raise Stopped
        return control.should_stop() and time.perf_counter() - began > seconds

    return is_over


def _predicted(
    model: object, samples: Samples, seed: int, is_over: Callable[[], bool]
) -> tuple[NDArray[np.float32], Samples]:
    """The model's outputs, and the samples that they are of: all, or some at random when time is over."""
    order = np.random.default_rng(seed).permutation(len(samples))
    outputs = [predict(model, samples.inputs[:0])]
    for start in range(0, len(samples), _AT_ONCE):
        outputs.append(predict(model, samples.inputs[order[start : start + _AT_ONCE]]))
        if is_over():
            break
    rows = order[: sum(map(len, outputs))]
    back = np.argsort(rows)
    return np.concatenate(outputs)[back], samples.at(rows[back])
