"""Computation of the evidence for two answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.ink.directions import ink_of
from desktop_app.inspection.attribution import (
    Predict,
    Report,
    grad_cam,
    integrated_gradients,
    last_spatial_layer,
    mean_colour,
    occlusion,
)
from desktop_app.networks.graph import Graph
from desktop_app.tasks.prepare import PREPARATIONS
from desktop_app.tasks.task import Task
from desktop_app.views.why.evidence import ANY_OTHER, Evidence, Method
from desktop_app.views.why.panel import Question

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_MIN_RIVAL_PROBABILITY = 0.01
"""Minimum probability of a runner-up that is compared by itself."""

_MIN_PROBABILITY = 1e-9
"""Minimum weight of an answer in the average of all others."""

_INPUTS_AT_ONCE = 16
"""Model inputs between two reports."""

_Attribute: TypeAlias = Callable[[Sequence[NDArray[np.float32]]], list[NDArray[np.float32]]]
"""Maps each of several weights of the answers to a map; linear in the weights."""


def evidence_for(
    observation: Observation, question: Question, graph: Graph, ask: Predict, report: Report
) -> Evidence:
    """Return the evidence for an answer and for its rival.

    Args:
        observation: of a page, by the network.
        question: method and answers to compare.
        graph: the arithmetic of the network.
        ask: runs the network.
        report: called often by methods that take long.

    Raises:
        UserError: the method does not work with this network.
    """
    started = time.perf_counter()
    info = graph.info
    prepared, placement = observation.prepared, observation.placement
    assert prepared is not None
    assert placement is not None
    probabilities = observation.activations[info.output]
    answer, rival = compared_answers(probabilities, question)
    first = _weight_of(len(probabilities), answer)
    second = weights_of_others(probabilities, answer)
    if rival is not None:
        second = _weight_of(len(probabilities), rival)
    # Subtract the mean, so that each map alone is relative to all answers; the difference is unaffected.
    mean = np.float32(1 / len(probabilities))
    method = _attribution_method(
        observation, question.method, graph, _cached(_reporting(ask, report)), report
    )
    for_answer, for_rival = method((first - mean, second - mean))
    names = (*info.labels, None)
    return Evidence(
        method=question.method,
        answer=names[answer],
        rival=ANY_OTHER if rival is None else names[rival],
        for_answer=for_answer,
        for_rival=for_rival,
        model_input=_shown_input(graph.info.task, prepared.model_input),
        placement=placement,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def compared_answers(probabilities: NDArray[np.float32], question: Question) -> tuple[int, int | None]:
    """Return the indices of the answers to compare; the rival is None for all others together.

    Raises:
        UserError: there is only one answer.
    """
    if len(probabilities) < 2:
        raise UserError("The model has only one label, so there is nothing to compare.")
    order = np.argsort(-probabilities, kind="stable").tolist()
    answer = question.answer
    if answer is None:
        answer = next(number for number in order if number != question.rival)
    rival = question.rival
    if rival is None:
        rival = next(number for number in order if number != answer)
        # Evidence for a very improbable answer would be noise.
        rival = rival if probabilities[rival] >= _MIN_RIVAL_PROBABILITY else None
    return answer, rival


def _weight_of(answers: int, answer: int) -> NDArray[np.float32]:
    """Return weights that select one answer."""
    weighting = np.zeros(answers, dtype=np.float32)
    weighting[answer] = 1
    return weighting


def weights_of_others(probabilities: NDArray[np.float32], answer: int) -> NDArray[np.float32]:
    """Return weights that select all answers but one, in proportion to their probability."""
    weighting = np.maximum(probabilities, np.float32(_MIN_PROBABILITY))
    weighting[answer] = 0
    return np.asarray(weighting / weighting.sum(), dtype=np.float32)


def _attribution_method(
    observation: Observation, method: Method, graph: Graph, ask: Predict, report: Report
) -> _Attribute:
    """Return the method applied to an observation."""
    assert observation.prepared is not None
    model_input = observation.prepared.model_input
    baseline = None if _is_ink(graph) else mean_colour(model_input)
    match method:
        case Method.OCCLUSION:
            return lambda weightings: [occlusion(ask, model_input, each, baseline) for each in weightings]
        case Method.GRADIENTS:
            return lambda weightings: integrated_gradients(graph, model_input, weightings, baseline, report)
        case Method.GRAD_CAM:
            layer = last_spatial_layer(graph.info)
            if layer is None:
                raise UserError(
                    "Grad-CAM needs a convolution, which this model lacks. Choose another method."
                )
            activations = observation.activations
            return lambda weightings: [grad_cam(graph, activations, layer, each) for each in weightings]


def _shown_input(task: Task, model_input: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a model input as an image: the ink if it is ink."""
    if task.sees_directions:
        return ink_of(model_input)
    return model_input.max(axis=-1) if PREPARATIONS[task.preparation].is_of_ink else model_input


def _is_ink(graph: Graph) -> bool:
    """Return whether model inputs are ink on a dark ground; otherwise they are images."""
    return PREPARATIONS[graph.info.task.preparation].is_of_ink


def _reporting(ask: Predict, report: Report) -> Predict:
    """Return a function that runs the network on a few inputs at a time and reports between."""

    def answer(model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(model_inputs), _INPUTS_AT_ONCE):
            report(start / len(model_inputs))
            parts.append(ask(model_inputs[start : start + _INPUTS_AT_ONCE]))
        return np.concatenate(parts)

    return answer


def _cached(ask: Predict) -> Predict:
    """Return a function that runs the network once: both maps need the same inputs."""
    cached: list[NDArray[np.float32]] = []

    def answer(model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        if not cached:
            cached.append(ask(model_inputs))
        return cached[0]

    return answer
