from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.errors import UserError
from desktop_app.core.paths import models_dir
from desktop_app.ink.strokes import Ink
from desktop_app.inspection.attribution import occlusion
from desktop_app.networks.graph import Graph
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.weights import read_weights
from desktop_app.views.why.compute_evidence import compared_answers, evidence_for, weights_of_others
from desktop_app.views.why.evidence import Method
from desktop_app.views.why.panel import Question

PROBABILITIES = np.array([0.1, 0.6, 0.05, 0.25], dtype=np.float32)


@pytest.mark.parametrize(
    ("answer", "rival", "pair"),
    [
        (None, None, (1, 3)),
        (0, None, (0, 1)),
        (1, None, (1, 3)),
        (None, 1, (3, 1)),
        (None, 2, (1, 2)),
        (2, 0, (2, 0)),
    ],
)
def test_missing_answers_are_the_most_probable_ones(
    answer: int | None, rival: int | None, pair: tuple[int, int]
) -> None:
    assert compared_answers(PROBABILITIES, Question(Method.OCCLUSION, answer, rival)) == pair


def test_confident_answer_is_compared_with_all_others() -> None:
    probabilities = np.array([0.004, 0.99, 0.001, 0.005], dtype=np.float32)
    assert compared_answers(probabilities, Question(Method.OCCLUSION)) == (1, None)
    assert compared_answers(probabilities, Question(Method.OCCLUSION, rival=2)) == (1, 2)
    np.testing.assert_allclose(weights_of_others(probabilities, 1), [0.4, 0, 0.1, 0.5], rtol=1e-5)
    certain = np.array([0, 1, 0, 0], dtype=np.float32)
    np.testing.assert_allclose(weights_of_others(certain, 1), [1 / 3, 0, 1 / 3, 1 / 3], rtol=1e-5)


def test_single_label_has_no_rival() -> None:
    with pytest.raises(UserError, match="only one label"):
        compared_answers(np.ones(1, dtype=np.float32), Question(Method.OCCLUSION))


def test_network_runs_once_for_both_answers() -> None:
    folder = models_dir() / "digits"
    recognizer = open_recognizer(folder)
    graph = Graph(recognizer.info, read_weights(folder, recognizer.card))
    calls: list[int] = []

    def ask(model_inputs: np.ndarray) -> np.ndarray:
        calls.append(len(model_inputs))
        return np.full((len(model_inputs), 11), 1 / 11, dtype=np.float32)

    observation = recognizer.observe(Ink.from_points([[(100, 100), (300, 100), (200, 300)]]))
    evidence = evidence_for(observation, Question(Method.OCCLUSION), graph, ask, lambda _: None)
    assert observation.prepared is not None
    once = sum(calls)
    assert once > 1
    occlusion(ask, observation.prepared.model_input, np.zeros(11, np.float32))
    assert sum(calls) == 2 * once
    assert (evidence.difference == 0).all(), "where nothing changes the answer there is no evidence"
    assert evidence.share is None
