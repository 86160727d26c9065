"""Tests of LiteRT files for other programs."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from desktop_app.core import paths
from desktop_app.networks.litert_export import answer_only, with_single_output
from desktop_app.networks.model_folder import read_card, read_network
from desktop_app.networks.native_output import suppress_native_output
from desktop_app.networks.network import Network


@pytest.mark.parametrize("model", sorted(path.parent.name for path in paths.models_dir().glob("*/card.json")))
def test_the_answer_is_the_only_output(model: str) -> None:
    folder = paths.models_dir() / model
    card = read_card(folder)
    inputs = np.random.default_rng(0).random((1, *card.task.input_shape), dtype=np.float32)
    wanted, _ = Network(card, read_network(folder, card)).run(inputs[0])
    interpreter = Interpreter(model_content=answer_only(folder))
    interpreter.allocate_tensors()
    (given,), (output,) = interpreter.get_input_details(), interpreter.get_output_details()
    interpreter.set_tensor(given["index"], inputs)
    with suppress_native_output():
        interpreter.invoke()
    np.testing.assert_array_equal(interpreter.get_tensor(output["index"])[0], wanted)
    run = interpreter.get_signature_runner()
    (name,) = run.get_output_details()
    (argument,) = run.get_input_details()
    np.testing.assert_array_equal(run(**{argument: inputs})[name][0], wanted)


def test_other_names_are_an_error() -> None:
    folder = paths.models_dir() / "digits"
    with pytest.raises(ValueError, match="no output nothing"):
        with_single_output(read_network(folder, read_card(folder)), "nothing")
