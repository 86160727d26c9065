from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from desktop_app.core import paths
from desktop_app.core.stopping import Stopped
from desktop_app.inspection.attribution import (
    grad_cam,
    integrated_gradients,
    last_spatial_layer,
    mean_colour,
    occlusion,
)
from desktop_app.inspection.gradients import score_gradient, score_layer
from desktop_app.networks.graph import Graph
from desktop_app.networks.model_folder import read_card
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.networks.weights import read_weights
from desktop_app.tasks.task import Task
from tests.networks.keras_networks import assert_close, graph_of, output_and_gradients, randomize
from tests.odd_models import BODIES

Values = NDArray[np.float32]

WEIGHTING = np.array([1, 0, -1], dtype=np.float32)


def model_of(*parts: keras.Layer, size: int = 8) -> keras.Model:
    """A network of these layers, the last with three answers, with random weights."""
    x = inputs = layers.Input((size, size, 1), name="input")
    for part in parts:
        x = part(x)
    model = keras.Model(inputs, x)
    randomize(model, 1)
    return model


def image(size: int = 8) -> Values:
    return np.random.default_rng(2).random((size, size, 1), dtype=np.float32)


def activations_of(graph: Graph, model_input: Values) -> dict[str, Values]:
    return {name: output[0] for name, output in graph.forward(model_input[None]).items()}


# ---------------------------------------------------------------------------------------- scores

HEADS: dict[str, Sequence[Any]] = {
    "a softmax layer": [layers.Dense, {}, layers.Softmax, {}],
    "an activation layer": [layers.Dense, {}, layers.Activation, {"activation": "softmax"}],
    "softmax inside": [layers.Dense, {"activation": "softmax"}],
    "a change of nothing behind": [
        layers.Dense,
        {"activation": "softmax"},
        layers.Activation,
        {"activation": "linear"},
    ],
    "no softmax": [layers.Dense, {}],
}


@pytest.mark.parametrize("name", HEADS)
def test_gradient_is_that_of_the_values_before_softmax(name: str) -> None:
    kinds, options = HEADS[name][::2], HEADS[name][1::2]
    head = [
        kind(**({"units": 3} if kind is layers.Dense else {}), **chosen)
        for kind, chosen in zip(kinds, options, strict=True)
    ]
    model = model_of(layers.Conv2D(2, 3, activation="tanh"), layers.Flatten(), *head)
    graph = graph_of(model)
    dense = head[0]
    without = keras.Model(model.inputs, dense.output)
    dense.activation = keras.activations.linear
    _, (expected,) = output_and_gradients(without, [image()[None]], WEIGHTING)
    outputs = graph.forward(image()[None])
    assert_close(score_gradient(graph, outputs, WEIGHTING, "input"), expected)
    scores = graph.operation(score_layer(graph))
    assert scores is not None


# ------------------------------------------------------------------------- integrated gradients


def test_integrated_gradients_sum_to_the_difference_of_scores() -> None:
    folder = paths.models_dir() / "digits"
    card = read_card(folder)
    graph = Graph(card.info, read_weights(folder, card))
    one = np.zeros((28, 28, 3), dtype=np.float32)
    one[4:24, 13:16] = np.reshape([0.5, 1, 0.5], (3, 1))
    weighting = np.zeros(11, dtype=np.float32)
    weighting[1], weighting[7] = 1, -1
    (attribution,) = integrated_gradients(graph, one, [weighting])
    assert attribution.shape == (28, 28)
    assert attribution.dtype == np.float32
    scores = graph.forward(np.stack([one, 0 * one]))["logits"] @ weighting
    assert scores[0] - scores[1] > 3
    assert attribution.sum() == pytest.approx(scores[0] - scores[1], rel=0.25)


def test_integrated_gradients_of_a_linear_network_are_weights_times_pixels() -> None:
    dense = layers.Dense(3, activation="softmax")
    graph = graph_of(model_of(layers.Flatten(), dense))
    weights = np.asarray(dense.kernel) @ WEIGHTING
    (attribution,) = integrated_gradients(graph, image(), [WEIGHTING])
    assert_close(attribution, image()[..., 0] * weights.reshape(8, 8))


def test_integrated_gradients_of_two_answers_share_forward_passes_and_report() -> None:
    graph = graph_of(model_of(layers.Flatten(), layers.Dense(3, activation="softmax")))
    rival = WEIGHTING[::-1].copy()
    shares: list[float] = []
    both = integrated_gradients(graph, image(), [WEIGHTING, rival], report=shares.append)
    for weighting, found in zip((WEIGHTING, rival), both, strict=True):
        assert_close(found, integrated_gradients(graph, image(), [weighting])[0])
    assert shares == sorted(shares)
    assert len(shares) > 5
    assert all(0 < share < 1 for share in shares[:-1])


def test_integrated_gradients_can_be_stopped() -> None:
    graph = graph_of(model_of(layers.Flatten(), layers.Dense(3, activation="softmax")))

    def stop(_: float) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        integrated_gradients(graph, image(), [WEIGHTING], report=stop)


# ------------------------------------------------------------------------------------- Grad-CAM


def test_grad_cam_with_global_average_pooling_is_that_of_the_paper() -> None:
    model = model_of(
        layers.Conv2D(6, 3, padding="same", activation="relu", name="maps"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3),
    )
    head = keras.Sequential(model.layers[2:])
    maps = np.asarray(keras.Model(model.inputs, model.get_layer("maps").output)(image()[None]))
    _, (gradient,) = output_and_gradients(head, [maps], WEIGHTING)
    channel_weights = gradient.mean(axis=(1, 2))[0]
    graph = graph_of(model)
    found = grad_cam(graph, activations_of(graph, image()), "maps", WEIGHTING)
    assert found.dtype == np.float32
    assert_close(found, (maps[0] * channel_weights).sum(axis=-1))


def test_grad_cam_with_flatten_sums_to_the_scores() -> None:
    dense = layers.Dense(3)
    model = model_of(
        layers.Conv2D(6, 3, padding="same", activation="relu", name="maps"), layers.Flatten(), dense
    )
    graph = graph_of(model)
    scores = np.asarray(model(image()[None]))[0] - np.asarray(dense.bias)
    found = grad_cam(graph, activations_of(graph, image()), "maps", WEIGHTING)
    assert found.sum() == pytest.approx(float(scores @ WEIGHTING), rel=1e-4)


def counting_graph(size: int, kernel: int, strides: int) -> Graph:
    """A network that sums the ink in windows; ink is evidence for the first answer, against the last."""
    count = (size - kernel) // strides + 1
    info = NetworkInfo(
        "counting",
        "Counting",
        Task(labels=("a", "b", "c")),
        (
            LayerInfo("input", "InputLayer", (size, size, 1)),
            LayerInfo(
                "maps",
                "Conv2D",
                (count, count, 1),
                ("input",),
                options={"kernel_size": [kernel, kernel], "strides": [strides, strides], "use_bias": False},
            ),
            LayerInfo("sum", "GlobalAveragePooling2D", (1,), ("maps",)),
            LayerInfo("answers", "Dense", (3,), ("sum",), options={"use_bias": False}),
        ),
    )
    weights = {
        "maps/kernel": np.ones((kernel, kernel, 1, 1), dtype=np.float32),
        "answers/kernel": np.array([[1, 0, -1]], dtype=np.float32),
    }
    return Graph(info, weights)


def test_grad_cam_value_is_at_the_centre_of_its_receptive_field() -> None:
    graph = counting_graph(size=23, kernel=7, strides=4)
    model_input = np.zeros((23, 23, 1), dtype=np.float32)
    model_input[7, 15] = 1  # seen by the windows from rows 4 and columns 12, and no others
    found = grad_cam(graph, activations_of(graph, model_input), "maps", WEIGHTING)
    assert found.argmax() == 7 * 23 + 15
    assert found[7, 13] == pytest.approx(found[7, 15] / 2)
    assert found[3, 15] == found[11, 15] == found[7, 11] == 0


def test_grad_cam_stays_and_then_fades_beyond_the_outer_values() -> None:
    graph = counting_graph(size=21, kernel=13, strides=2)
    found = grad_cam(graph, activations_of(graph, np.ones((21, 21, 1), np.float32)), "maps", WEIGHTING)
    middle = found[10, 10]
    assert middle > 0
    assert found[10, 4:17].tolist() == pytest.approx([middle] * 13)
    assert found[10, 3] == pytest.approx(middle / 2)
    assert not found[10, :3].any()


def test_grad_cam_of_a_gated_layer_has_the_shape_of_the_input() -> None:
    x = inputs = layers.Input((8, 8, 1), name="input")
    x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    gate = layers.Reshape((1, 1, 4))(layers.Dense(4, "sigmoid")(layers.GlobalAveragePooling2D()(x)))
    x = layers.Multiply(name="gated")([x, gate])
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    graph = graph_of(model)
    assert last_spatial_layer(graph.info) == "gated"
    assert grad_cam(graph, activations_of(graph, image()), "gated", WEIGHTING).shape == (8, 8)


@pytest.mark.parametrize(
    ("name", "layer"),
    [("dense", None), ("pooled", "average2"), ("residual", "average4"), ("colour", "patches")],
)
def test_last_spatial_layer_of_test_networks(name: str, layer: str | None) -> None:
    channels = 3 if name == "colour" else 1
    size = 32 if name == "colour" else 28
    inputs = layers.Input((size, size, channels), name="input")
    graph = graph_of(keras.Model(inputs, BODIES[name](layers, inputs, 10)))
    assert last_spatial_layer(graph.info) == layer


def test_last_spatial_layer_of_the_shipped_network() -> None:
    assert last_spatial_layer(read_card(paths.models_dir() / "digits").info) == "relu6"


# ------------------------------------------------------------------------------------ occlusion


def predict_side(model_inputs: Values) -> Values:
    """Ink on the left raises the probability of the first answer, ink on the right that of the last."""
    left = model_inputs[:, :, :14].sum(axis=(1, 2, 3))
    right = model_inputs[:, :, 14:].sum(axis=(1, 2, 3))
    powers = np.exp(np.stack([left, 0 * left, right], axis=1) / 20)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def test_occlusion_is_positive_for_evidence_and_negative_for_counterevidence() -> None:
    model_input = np.zeros((28, 28, 1), dtype=np.float32)
    model_input[8:20, 4:8] = model_input[8:20, 20:24] = 1
    found = occlusion(predict_side, model_input, WEIGHTING)
    assert found.shape == (28, 28)
    assert found.dtype == np.float32
    assert (found[8:20, 4:8] > 0.05).all()
    assert (found[8:20, 20:24] < -0.05).all()
    assert np.abs(found[:, 13:15]).max() < 0.01
    assert_close(found, -found[:, ::-1], tolerance=1e-4)


def test_occlusion_is_the_mean_change_over_the_patches_that_hide_a_pixel() -> None:
    model_input = np.zeros((28, 28, 1), dtype=np.float32)
    model_input[14, 14] = 1

    def predict(model_inputs: Values) -> Values:
        """log(probability + 0.01) is the brightness of the only pixel, minus 1."""
        first = np.exp(model_inputs[:, 14, 14, 0] - 1) - np.float32(0.01)
        return np.stack([first, first, first], axis=1)

    found = occlusion(predict, model_input, np.array([1, 0, 0], dtype=np.float32))
    # A patch at the distance d hides cos²(πd/2r) of the pixel in each direction.
    distances = (np.arange(0.5, 28, 2) - 14) * 6 / 28
    along = np.cos(np.minimum(np.abs(distances), 1) * np.pi / 2) ** 2
    hidden = np.outer(along, along)
    used = hidden[hidden > 0.1]
    assert found[14, 14] == pytest.approx(float((used**2).sum() / hidden.sum()), rel=1e-3)


def test_occlusion_runs_the_network_once_with_hidden_ink_only() -> None:
    batch_sizes: list[int] = []

    def predict(model_inputs: Values) -> Values:
        batch_sizes.append(len(model_inputs))
        return predict_side(model_inputs)

    model_input = np.zeros((28, 28, 1), dtype=np.float32)
    assert not occlusion(predict, model_input, WEIGHTING).any()
    assert batch_sizes == []
    model_input[4:24, 13:16] = 1
    occlusion(predict, model_input, WEIGHTING)
    assert len(batch_sizes) == 1
    assert 12 < batch_sizes[0] < 100


def test_a_patch_of_the_mean_colour_hides_black_and_white_alike() -> None:
    image = np.full((12, 12, 3), 0.5, np.float32)
    image[2:5, 2:5] = 0
    image[7:10, 7:10] = 1

    def darkness_of_the_corner(inputs: np.ndarray) -> np.ndarray:
        share = 1 - inputs[:, 2:5, 2:5].mean(axis=(1, 2, 3))
        return np.stack([share, 1 - share], axis=1).astype(np.float32)

    weighting = np.array([1, 0], np.float32)
    on_black = occlusion(darkness_of_the_corner, image, weighting)
    on_mean = occlusion(darkness_of_the_corner, image, weighting, mean_colour(image))
    assert on_black[3, 3] <= 0.01
    assert on_mean[3, 3] > 0.1
    np.testing.assert_allclose(mean_colour(image), image.mean(axis=(0, 1)), atol=1e-6)
