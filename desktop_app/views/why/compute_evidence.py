"""Finding evidence: a reading and a question in, what spoke for each of two answers out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.inspection.attribution import (
    Ask,
    grad_cam,
    integrated_gradients,
    last_picture_layer,
    occlusion,
)
from desktop_app.networks.graph import Graph
from desktop_app.views.why.evidence import ANY_OTHER, Evidence, Method
from desktop_app.views.why.panel import Question

if TYPE_CHECKING:
    from desktop_app.networks.recognizer import Observation

_CONSIDERED = 0.01
"""Probability from which a runner-up is one to speak of."""

_NEVER = 1e-9
"""Where one answer is all but certain, the others still share what is left."""

_Find: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a weighting of the answers to a map; maps add up as their weightings do."""


def evidence_for(observation: Observation, question: Question, graph: Graph, ask: Ask) -> Evidence:
    """What spoke for one answer and what for another.

    Args:
        observation: of ink, by the network.
        question: the method, and the answers that are compared.
        graph: the network's arithmetic.
        ask: the running network.

    Raises:
        UserError: the method finds nothing in a network of this kind.
    """
    started = time.perf_counter()
    info = graph.info
    prepared, placement = observation.prepared, observation.placement
    assert prepared is not None
    assert placement is not None
    probabilities = observation.activations[info.output]
    answer, rival = _compared(probabilities, question)
    first = _one(len(probabilities), answer)
    second = _all_others(probabilities, answer) if rival is None else _one(len(probabilities), rival)
    # Only the difference of the two compares them; each by itself is asked about against the mean.
    mean = np.float32(1 / len(probabilities))
    method = _method(observation, question.method, graph, _asking_once(ask))
    names = (*info.labels, None)
    return Evidence(
        method=question.method,
        answer=names[answer],
        rival=ANY_OTHER if rival is None else names[rival],
        for_answer=method(first - mean),
        for_rival=method(second - mean),
        model_input=prepared.model_input.max(axis=-1),
        placement=placement,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _compared(probabilities: NDArray[np.float32], question: Question) -> tuple[int, int | None]:
    """The numbers of the two answers that are compared; None for all others together."""
    if len(probabilities) < 2:
        raise UserError("This network knows but one answer; there is no other to compare it with.")
    order = np.argsort(-probabilities, kind="stable").tolist()
    answer = question.answer
    if answer is None:
        answer = next(number for number in order if number != question.rival)
    rival = question.rival
    if rival is None:
        rival = next(number for number in order if number != answer)
        # What was said for an answer that was never considered would be noise.
        rival = rival if probabilities[rival] >= _CONSIDERED else None
    return answer, rival


def _one(answers: int, answer: int) -> NDArray[np.float32]:
    """The weighting that asks for one answer."""
    weighting = np.zeros(answers, dtype=np.float32)
    weighting[answer] = 1
    return weighting


def _all_others(probabilities: NDArray[np.float32], answer: int) -> NDArray[np.float32]:
    """The weighting that asks for all answers but one, each as much as it is probable."""
    weighting = np.maximum(probabilities, np.float32(_NEVER))
    weighting[answer] = 0
    return np.asarray(weighting / weighting.sum(), dtype=np.float32)


def _method(observation: Observation, method: Method, graph: Graph, ask: Ask) -> _Find:
    """A method that is ready to be asked about one reading."""
    assert observation.prepared is not None
    model_input = observation.prepared.model_input
    match method:
        case Method.OCCLUSION:
            return lambda weighting: occlusion(ask, model_input, weighting)
        case Method.GRADIENTS:
            return lambda weighting: integrated_gradients(graph, model_input, weighting)
        case Method.GRAD_CAM:
            layer = last_picture_layer(graph.info)
            if layer is None:
                raise UserError(
                    "This network has no convolution for Grad-CAM to look at; choose another method."
                )
            return lambda weighting: grad_cam(graph, observation.activations, layer, weighting)


def _asking_once(ask: Ask) -> Ask:
    """The same, with its answer kept: two maps of one input ask about the same inputs."""
    kept: list[NDArray[np.float32]] = []

    def answer(model_inputs: NDArray[np.float32]) -> NDArray[np.float32]:
        if not kept:
            kept.append(ask(model_inputs))
        return kept[0]

    return answer
