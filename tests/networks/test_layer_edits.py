from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.networks.layer_edits import (
    change_kind,
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    rename_layer,
)
from desktop_app.networks.layer_list import CheckedLayers, Layer, check_layers, with_names
from desktop_app.networks.layers.registry import KINDS
from desktop_app.runs.zoo.catalog import ZOO
from desktop_app.runs.zoo.characters import residual


def check(layers: tuple[Layer, ...]) -> CheckedLayers:
    return check_layers(layers, (28, 28, 1), (10,))


PLAIN = with_names(
    [
        Layer("Conv2D", options={"filters": 4, "padding": "same", "activation": "relu"}),
        Layer("Conv2D", options={"filters": 4, "padding": "same"}),
        Layer("MaxPooling2D"),
        Layer("Flatten"),
        Layer("Dense", options={"units": "classes", "activation": "softmax"}),
    ]
)
BRANCHED = residual(4, 4, 8, 0.1)


def names(layers: tuple[Layer, ...]) -> list[str]:
    return [layer.name for layer in layers]


def index_of(layers: tuple[Layer, ...], name: str) -> int:
    return names(layers).index(name)


def test_inserted_layer_is_connected() -> None:
    layers = insert_layer(check(PLAIN), PLAIN, 1, "BatchNormalization")
    assert names(layers) == ["conv1", "norm1", "conv2", "pool1", "flatten1", "dense1"]
    assert [each.layer.inputs for each in check(layers).layers[:3]] == [("input",), ("conv1",), ("norm1",)]
    first = insert_layer(check(PLAIN), PLAIN, 0, "Dropout")
    assert names(first)[:2] == ["dropout1", "conv1"]


def test_next_layer_with_explicit_input_takes_the_inserted_one() -> None:
    index = index_of(BRANCHED, "relu1") + 1
    layers = insert_layer(check(BRANCHED), BRANCHED, index, "SpatialDropout2D")
    checked = check(layers)
    assert not checked.problem
    assert checked.layers[index + 1].layer.inputs == ("dropout1",)
    assert layers[index_of(layers, "add2")].inputs == ("norm2b", "relu1")


def test_inserted_sum_gets_two_inputs_of_the_same_shape() -> None:
    layers = insert_layer(check(PLAIN), PLAIN, 2, "Add")
    assert layers[2].inputs == ("conv2", "conv1")
    assert not check(layers).problem
    joined = insert_layer(check(PLAIN), PLAIN, 1, "Concatenate")
    assert joined[1].inputs == ("conv1", "input")
    assert not check(joined).problem
    activated = insert_layer(check(PLAIN), PLAIN, 2, "ReLU")
    assert insert_layer(check(activated), activated, 3, "Add")[3].inputs == ("relu1", "conv2")
    lonely = insert_layer(check(PLAIN), PLAIN, 4, "Add")
    assert str(check(lonely).problem) == "Add takes two or more inputs; add another."


def test_removed_layer_is_replaced_by_its_input() -> None:
    layers = remove_layer(BRANCHED, index_of(BRANCHED, "relu1"))
    assert layers[index_of(layers, "depthwise2")].inputs == ("norm1",)
    assert layers[index_of(layers, "add2")].inputs == ("norm2b", "norm1")
    assert not check(layers).problem
    bypassed = remove_layer(BRANCHED, index_of(BRANCHED, "depthwise3"))
    assert check(bypassed).layers[index_of(bypassed, "norm3a")].layer.inputs == ("relu2b",)
    assert names(remove_layer(PLAIN, 0)) == names(PLAIN)[1:]


def test_layer_after_a_removed_branch_takes_the_input_of_the_branch() -> None:
    layers = (
        Layer("Conv2D", "a"),
        Layer("Conv2D", "b"),
        Layer("Conv2D", "c", ("a",)),
        Layer("Flatten", "flat"),
    )
    assert remove_layer(layers, 2)[2].inputs == ("a",)


def test_copy_follows_the_original_with_a_new_name() -> None:
    layers = duplicate_layer(PLAIN, 0)
    assert names(layers)[:3] == ["conv1", "conv3", "conv2"]
    assert layers[1].options == layers[0].options
    index = index_of(BRANCHED, "add2")
    copied = duplicate_layer(BRANCHED, index)
    assert copied[index + 1].inputs == ("add2", "relu1")
    assert not check(copied).problem


def test_layer_is_moved() -> None:
    assert names(move_layer(PLAIN, 0, 2)) == ["conv2", "pool1", "conv1", "flatten1", "dense1"]
    assert names(move_layer(PLAIN, 2, 0)) == ["pool1", "conv1", "conv2", "flatten1", "dense1"]


def test_inputs_follow_a_renamed_layer() -> None:
    layers = rename_layer(BRANCHED, index_of(BRANCHED, "relu1"), "start")
    assert layers[index_of(layers, "add2")].inputs == ("norm2b", "start")
    assert not check(layers).problem


def test_changed_kind_keeps_common_options() -> None:
    layers = change_kind(check(PLAIN), PLAIN, 0, "DepthwiseConv2D")
    assert layers[0] == Layer("DepthwiseConv2D", "depthwise1", (), {"padding": "same", "activation": "relu"})
    named = rename_layer(PLAIN, 0, "first")
    assert change_kind(check(PLAIN), PLAIN, 1, "Conv2D") == PLAIN
    assert change_kind(check(named), named, 0, "ReLU")[0] == Layer("ReLU", "first")
    summed = change_kind(check(PLAIN), PLAIN, 1, "Add")
    assert summed[1].inputs == ("conv1",)
    index = index_of(BRANCHED, "add3")
    single = change_kind(check(BRANCHED), BRANCHED, index, "ReLU")
    assert single[index].inputs == ("norm3b",)


@given(st.data())
def test_names_stay_unique_and_inputs_valid_after_any_edits(data: st.DataObject) -> None:
    layers = data.draw(st.sampled_from([entry.recipe.layers for entry in ZOO]))
    for number in range(data.draw(st.integers(1, 8))):
        index = data.draw(st.integers(0, max(0, len(layers) - 1)))
        kind = data.draw(st.sampled_from(list(KINDS)))
        edit = data.draw(st.sampled_from(["add", "remove", "copy", "kind", "name"]))
        if edit == "add" or not layers:
            layers = insert_layer(check(layers), layers, index, kind)
        elif edit == "remove":
            layers = remove_layer(layers, index)
        elif edit == "copy":
            layers = duplicate_layer(layers, index)
        elif edit == "kind":
            layers = change_kind(check(layers), layers, index, kind)
        else:
            layers = rename_layer(layers, index, f"new{number}")
        known = {"input"}
        for layer in layers:
            assert layer.name not in known
            assert set(layer.inputs) <= known
            known.add(layer.name)
