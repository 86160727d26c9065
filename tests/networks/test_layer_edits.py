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
from desktop_app.runs.zoo import ZOO, residual


def look_at(layers: tuple[Layer, ...]) -> CheckedLayers:
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


def place_of(layers: tuple[Layer, ...], name: str) -> int:
    return names(layers).index(name)


def test_a_new_layer_stands_between() -> None:
    layers = insert_layer(look_at(PLAIN), PLAIN, 1, "BatchNormalization")
    assert names(layers) == ["conv1", "norm1", "conv2", "pool1", "flatten1", "dense1"]
    assert [each.layer.inputs for each in look_at(layers).layers[:3]] == [("input",), ("conv1",), ("norm1",)]
    first = insert_layer(look_at(PLAIN), PLAIN, 0, "Dropout")
    assert names(first)[:2] == ["dropout1", "conv1"]


def test_what_took_the_layer_before_by_name_takes_the_new_one() -> None:
    place = place_of(BRANCHED, "relu1") + 1
    layers = insert_layer(look_at(BRANCHED), BRANCHED, place, "SpatialDropout2D")
    traced = look_at(layers)
    assert not traced.problem
    assert traced.layers[place + 1].layer.inputs == ("dropout1",)
    assert layers[place_of(layers, "add2")].inputs == ("norm2b", "relu1")


def test_a_sum_is_given_two_layers_of_one_shape() -> None:
    layers = insert_layer(look_at(PLAIN), PLAIN, 2, "Add")
    assert layers[2].inputs == ("conv2", "conv1")
    assert not look_at(layers).problem
    joined = insert_layer(look_at(PLAIN), PLAIN, 1, "Concatenate")
    assert joined[1].inputs == ("conv1", "input")
    assert not look_at(joined).problem
    activated = insert_layer(look_at(PLAIN), PLAIN, 2, "ReLU")
    assert insert_layer(look_at(activated), activated, 3, "Add")[3].inputs == ("relu1", "conv2")
    lonely = insert_layer(look_at(PLAIN), PLAIN, 4, "Add")
    assert str(look_at(lonely).problem) == "Add takes two or more inputs; add another."


def test_what_took_a_layer_that_is_gone_takes_what_that_took() -> None:
    layers = remove_layer(BRANCHED, place_of(BRANCHED, "relu1"))
    assert layers[place_of(layers, "depthwise2")].inputs == ("norm1",)
    assert layers[place_of(layers, "add2")].inputs == ("norm2b", "norm1")
    assert not look_at(layers).problem
    bypassed = remove_layer(BRANCHED, place_of(BRANCHED, "depthwise3"))
    assert look_at(bypassed).layers[place_of(bypassed, "norm3a")].layer.inputs == ("relu2b",)
    assert names(remove_layer(PLAIN, 0)) == names(PLAIN)[1:]


def test_what_follows_a_branch_that_is_gone_takes_what_the_branch_took() -> None:
    layers = (
        Layer("Conv2D", "a"),
        Layer("Conv2D", "b"),
        Layer("Conv2D", "c", ("a",)),
        Layer("Flatten", "flat"),
    )
    assert remove_layer(layers, 2)[2].inputs == ("a",)


def test_a_copy_stands_behind_with_a_name_of_its_own() -> None:
    layers = duplicate_layer(PLAIN, 0)
    assert names(layers)[:3] == ["conv1", "conv3", "conv2"]
    assert layers[1].options == layers[0].options
    place = place_of(BRANCHED, "add2")
    copied = duplicate_layer(BRANCHED, place)
    assert copied[place + 1].inputs == ("add2", "relu1")
    assert not look_at(copied).problem


def test_a_layer_moves() -> None:
    assert names(move_layer(PLAIN, 0, 2)) == ["conv2", "pool1", "conv1", "flatten1", "dense1"]
    assert names(move_layer(PLAIN, 2, 0)) == ["pool1", "conv1", "conv2", "flatten1", "dense1"]


def test_what_takes_a_layer_knows_its_new_name() -> None:
    layers = rename_layer(BRANCHED, place_of(BRANCHED, "relu1"), "start")
    assert layers[place_of(layers, "add2")].inputs == ("norm2b", "start")
    assert not look_at(layers).problem


def test_another_kind_keeps_what_it_has_as_well() -> None:
    layers = change_kind(look_at(PLAIN), PLAIN, 0, "DepthwiseConv2D")
    assert layers[0] == Layer("DepthwiseConv2D", "depthwise1", (), {"padding": "same", "activation": "relu"})
    named = rename_layer(PLAIN, 0, "first")
    assert change_kind(look_at(PLAIN), PLAIN, 1, "Conv2D") == PLAIN
    assert change_kind(look_at(named), named, 0, "ReLU")[0] == Layer("ReLU", "first")
    summed = change_kind(look_at(PLAIN), PLAIN, 1, "Add")
    assert summed[1].inputs == ("conv1",)
    place = place_of(BRANCHED, "add3")
    single = change_kind(look_at(BRANCHED), BRANCHED, place, "ReLU")
    assert single[place].inputs == ("norm3b",)


@given(st.data())
def test_names_stay_unique_and_known_through_any_edits(data: st.DataObject) -> None:
    layers = data.draw(st.sampled_from([entry.recipe.layers for entry in ZOO]))
    for number in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, max(0, len(layers) - 1)))
        kind = data.draw(st.sampled_from(list(KINDS)))
        edit = data.draw(st.sampled_from(["add", "remove", "copy", "kind", "name"]))
        if edit == "add" or not layers:
            layers = insert_layer(look_at(layers), layers, place, kind)
        elif edit == "remove":
            layers = remove_layer(layers, place)
        elif edit == "copy":
            layers = duplicate_layer(layers, place)
        elif edit == "kind":
            layers = change_kind(look_at(layers), layers, place, kind)
        else:
            layers = rename_layer(layers, place, f"new{number}")
        known = {"input"}
        for layer in layers:
            assert layer.name not in known
            assert set(layer.inputs) <= known
            known.add(layer.name)
