from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.errors import UserError
from desktop_app.networks.layer_list import (
    MOST_LAYERS,
    CheckedLayers,
    Layer,
    check_layers,
    free_name,
    layer_name_problem,
    size_text,
    summary,
    with_names,
)
from desktop_app.networks.layers.options import CLASSES
from desktop_app.networks.layers.registry import KINDS

INPUT_SHAPE = (28, 28, 1)


def conv(filters: int, name: str = "", inputs: tuple[str, ...] = ()) -> Layer:
    return Layer("Conv2D", name, inputs, {"filters": filters})


FLATTEN = Layer("Flatten")
OUTPUT = Layer("Dense", options={"units": CLASSES, "activation": "softmax"})


def check(*layers: Layer, classes: int = 10) -> CheckedLayers:
    return check_layers(layers, INPUT_SHAPE, (classes,))


def check_image(*layers: Layer) -> CheckedLayers:
    return check_layers(layers, (8, 8, 1), (4, 4, 2))


# --- image outputs ---


def test_image_output_must_have_the_required_shape() -> None:
    halved = Layer("MaxPooling2D")
    assert check_image(halved, Layer("Conv2D", options={"filters": 2, "kernel_size": 1})).problem is None
    assert str(check_image(halved).problem) == (
        "The output of the network is 4×4×1, not 4×4×2; end it e.g. with a Conv2D (filters: 2)."
    )


def test_image_output_has_no_classes() -> None:
    assert str(check_image(FLATTEN, OUTPUT).problem) == (
        'The output of this network is an image; set a number of units instead of "classes".'
    )


# --- valid lists ---


def test_names_inputs_and_options_are_filled_in() -> None:
    layers = [each.layer for each in check(conv(8), conv(4, "conv1"), FLATTEN, OUTPUT).layers]
    assert [layer.name for layer in layers] == ["conv2", "conv1", "flatten1", "dense1"]
    assert [layer.inputs for layer in layers] == [("input",), ("conv2",), ("conv1",), ("flatten1",)]
    assert layers[0].options == {
        "filters": 8,
        "kernel_size": 3,
        "strides": 1,
        "padding": "valid",
        "activation": "linear",
        "use_bias": True,
        "dilation_rate": 1,
        "groups": 1,
    }


def test_every_kind_and_option_has_a_description() -> None:
    for name, kind in KINDS.items():
        assert not layer_name_problem(kind.name_prefix)
        assert str(kind.description).endswith(".")
        assert free_name(name, {f"{kind.name_prefix}1"}) == f"{kind.name_prefix}2"
        for option in kind.options:
            assert option.fits(option.default), (name, option.name)
            assert str(option.title)
            assert str(option.explanation)
            assert not str(option.explanation).endswith(".")


def test_units_per_class_follow_the_output_shape() -> None:
    for classes in (2, 11):
        checked = check(FLATTEN, OUTPUT, classes=classes)
        assert checked.layers[-1].shape == (classes,)
        assert checked.layers[-1].layer.options["units"] == CLASSES
        assert checked.infos()[-1].options["units"] == classes


@pytest.mark.parametrize(
    ("ending", "probabilities"),
    [
        ([OUTPUT], True),
        ([Layer("Dense", options={"units": 10}), Layer("Softmax")], True),
        (
            [Layer("Dense", options={"units": 10}), Layer("Activation", options={"activation": "softmax"})],
            True,
        ),
        ([OUTPUT, Layer("Flatten")], True),
        ([Layer("Dense", options={"units": 10})], False),
        ([OUTPUT, Layer("Dense", options={"units": 10})], False),
        ([OUTPUT, Layer("BatchNormalization")], False),
        ([Layer("Dense", options={"units": 10}), Layer("Dropout")], False),
    ],
)
def test_network_with_final_softmax_ends_in_probabilities(ending: list[Layer], probabilities: bool) -> None:
    checked = check(FLATTEN, *ending)
    assert not checked.problem
    assert checked.ends_in_probabilities == probabilities


def test_empty_list_is_a_problem() -> None:
    checked = check()
    assert not checked.ends_in_probabilities
    assert str(checked.problem) == "There is no layer yet; add one."
    with pytest.raises(UserError, match="There is no layer yet"):
        checked.infos()


def test_summary_is_a_table_with_totals() -> None:
    checked = check(conv(4), Layer("BatchNormalization"), FLATTEN, OUTPUT)
    lines = summary(checked, "small").splitlines()
    assert lines[0] == "Network: small"
    assert lines[2].split() == ["Layer", "Kind", "Output", "Parameters", "Connected", "to"]
    assert lines[4].split() == ["input", "InputLayer", "28×28×1", "0"]
    assert lines[6].split() == ["norm1", "BatchNormalization", "26×26×4", "16", "conv1"]
    assert lines[8].split() == ["dense1", "Dense", "10", "27,050", "flatten1"]
    assert lines[10:] == ["Parameters: 27,106 (105.88 KB)", "Trainable: 27,098", "Non-trainable: 8"]
    assert len({line.rstrip("─") for line in (lines[1], lines[3], lines[9])}) == 1


def test_summary_marks_unknown_shapes() -> None:
    lines = summary(check(conv(4), conv(0), FLATTEN)).splitlines()
    assert lines[6].split() == ["conv2", "Conv2D", "?", "0", "conv1"]
    assert lines[7].split() == ["flatten1", "Flatten", "?", "0", "conv2"]


def test_size_text_uses_kilobytes_and_megabytes() -> None:
    assert size_text(256) == "1.00 KB"
    assert size_text(262_143) == "1024.00 KB"
    assert size_text(262_144) == "1.00 MB"
    assert size_text(1_310_720) == "5.00 MB"


# --- problems ---


@pytest.mark.parametrize(
    ("layers", "index", "sentence"),
    [
        ([Layer("Conv3D"), FLATTEN, OUTPUT], 0, "There is no layer kind Conv3D; choose one of those"),
        ([conv(4, "a b"), FLATTEN, OUTPUT], 0, "Layer names are up to 40 letters, digits and _;"),
        ([conv(4, "input"), FLATTEN, OUTPUT], 0, "Two layers are called input;"),
        ([conv(4, "x"), conv(4, "x"), FLATTEN, OUTPUT], 1, "Two layers are called x;"),
        (
            [conv(4, inputs=("later",)), FLATTEN, OUTPUT],
            0,
            "There is no layer called later before this one;",
        ),
        ([conv(0), FLATTEN, OUTPUT], 0, "filters of Conv2D cannot be 0; choose a value from 1 to 2048."),
        ([Layer("Flatten", options={"units": 3}), OUTPUT], 0, "Flatten has no option units; remove it."),
        ([Layer("Dropout", options={"rate": 1}), FLATTEN, OUTPUT], 0, "rate of Dropout cannot be 1;"),
        ([Layer("Conv2D", options={"use_bias": 1}), FLATTEN, OUTPUT], 0, "use_bias of Conv2D cannot be 1;"),
        ([Layer("Conv2D", options={"padding": "all"})], 0, "padding of Conv2D cannot be all; choose one of"),
        ([Layer("Conv2D", options={"filters": "classes"})], 0, "filters of Conv2D cannot be classes;"),
        ([Layer("Conv2D", options={"filters": 3.0})], 0, "filters of Conv2D cannot be 3.0;"),
        ([OUTPUT], 0, "Dense needs a flat input; add Flatten or global pooling before it."),
        (
            [FLATTEN, Layer("MaxPooling2D"), OUTPUT],
            1,
            "MaxPooling2D needs an input of height, width and channels;",
        ),
        (
            [Layer("MaxPooling2D", options={"pool_size": 14}), conv(4)],
            1,
            "Conv2D is too large for maps of 2×2;",
        ),
        ([Layer("Add"), FLATTEN, OUTPUT], 0, "Add takes two or more inputs; add another."),
        (
            [Layer("Flatten", inputs=("input", "input")), OUTPUT],
            0,
            "Flatten takes one input, not 2; correct its inputs.",
        ),
        (
            [conv(4), conv(4), Layer("Add", "", ("conv1", "conv2"))],
            2,
            "Add needs inputs of the same shape; these",
        ),
        (
            [conv(4), conv(4), Layer("Concatenate", "", ("conv1", "conv2"))],
            2,
            "Concatenate needs inputs that differ in size along axis -1 only; these have 26×26×4",
        ),
        (
            [FLATTEN, Layer("Dense", options={"units": 8192})] + 2 * [FLATTEN],
            3,
            "The output of the network is 8,192;",
        ),
        ([conv(4, "a"), conv(4, "b", ("input",)), FLATTEN, OUTPUT], 0, "The output of a is not used;"),
        ([conv(4)], 0, "The output of the network is 26×26×4; end it with a Dense layer of 10 units."),
    ],
)
def test_invalid_layers_have_a_problem(layers: list[Layer], index: int, sentence: str) -> None:
    checked = check(*layers)
    assert str(checked.problem).startswith(sentence)
    assert checked.layers[index].problem == checked.problem
    assert all(not each.problem for each in checked.layers[:index])


@pytest.mark.parametrize(
    ("axis", "shape"),
    [
        (-1, (26, 26, 8)),
        (3, (26, 26, 8)),
        (1, (52, 26, 4)),
        (-3, (52, 26, 4)),
        (2, (26, 52, 4)),
        (-2, (26, 52, 4)),
    ],
)
def test_maps_are_concatenated_along_any_axis(axis: int, shape: tuple[int, ...]) -> None:
    concatenate = Layer("Concatenate", "both", ("conv1", "conv2"), {"axis": axis})
    assert check(conv(4), conv(4, "", ("input",)), concatenate).layers[2].shape == shape


@pytest.mark.parametrize(
    ("axis", "flat"), [(0, False), (0, True), (2, True), (-2, True), (3, True), (-3, True)]
)
def test_concatenation_along_a_missing_axis_is_a_problem(axis: int, flat: bool) -> None:
    first = Layer("Flatten", "first") if flat else conv(4, "first")
    concatenate = Layer("Concatenate", "both", ("first", "first"), {"axis": axis})
    checked = check(first, concatenate)
    assert f"axis {axis}" in str(checked.layers[1].problem)
    assert ("784" if flat else "26×26×4") in str(checked.layers[1].problem)
    mixed = Layer("Concatenate", "both", ("input", "first"), {"axis": -1})
    assert bool(check(first, mixed).layers[1].problem)


def test_layers_after_a_problem_have_no_shape_and_no_problem() -> None:
    checked = check(conv(4), conv(0), conv(8), FLATTEN, OUTPUT)
    assert [each.shape for each in checked.layers] == [(26, 26, 4), None, None, None, None]
    assert [bool(each.problem) for each in checked.layers] == [False, True, False, False, False]


def test_large_networks_are_rejected() -> None:
    wide = Layer("Dense", options={"units": 8192})
    sentence = "A network has at most 50,000,000 parameters; make some layers smaller."
    assert check(FLATTEN, wide, OUTPUT).problem is None
    assert (
        str(check(FLATTEN, wide, wide, OUTPUT).problem)
        == "Dense has too many values or parameters here; make it smaller."
    )
    half = Layer("Dense", options={"units": 4096})
    assert str(check(FLATTEN, *[half] * 4, OUTPUT).problem) == sentence
    same = Layer("Conv2D", options={"filters": 1024, "padding": "same"})
    sentence = "Conv2D has too many values or parameters here; make it smaller."
    assert str(check(same).layers[0].problem) != sentence
    assert str(check_layers([same], (200, 200, 1), (10,)).problem) == sentence


@pytest.mark.parametrize(
    "ending",
    [
        Layer("Softmax"),
        Layer("Activation", options={"activation": "softmax"}),
        Layer("Conv2D", options={"filters": 1, "activation": "softmax"}),
    ],
)
def test_softmax_over_one_value_is_a_problem(ending: Layer) -> None:
    checked = check(conv(1), ending, FLATTEN, OUTPUT)
    sentence = f"A softmax over one value is always 1; choose another activation for {ending.kind}."
    assert str(checked.layers[1].problem) == str(checked.problem) == sentence


def test_softmax_over_several_channels_is_no_problem() -> None:
    assert not check(conv(2), Layer("Softmax"), FLATTEN, OUTPUT).problem


def test_too_many_layers_are_rejected() -> None:
    dropouts = [Layer("Dropout")] * (MOST_LAYERS - 2)
    assert not check(*dropouts, FLATTEN, OUTPUT).problem
    checked = check(Layer("Dropout"), *dropouts, FLATTEN, OUTPUT)
    assert str(checked.problem) == "A network has at most 200 layers; remove some."
    assert checked.layers == ()


# --- any lists ---

NAMES = st.sampled_from(["", "a", "b", "input", "x y", "\x00", "n" * 41])
VALUES = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(["same", "valid", "relu", "softmax", CLASSES, "\n", "w" * 500]),
    st.none(),
    st.lists(st.integers(-2, 9) | st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4).map(tuple),
)
OPTIONS = sorted({option.name for kind in KINDS.values() for option in kind.options} | {"unknown"})
ANY_LAYER = st.builds(
    Layer,
    st.sampled_from([*KINDS, "Lambda", ""]),
    NAMES,
    st.lists(NAMES, max_size=3).map(tuple),
    st.dictionaries(st.sampled_from(OPTIONS), VALUES, max_size=3),
)


@given(st.lists(ANY_LAYER, max_size=6), st.integers(2, 200))
def test_any_list_has_shapes_or_a_readable_problem(layers: list[Layer], classes: int) -> None:
    checked = check_layers(layers, INPUT_SHAPE, (classes,))
    assert len(checked.layers) == len(layers)
    if not checked.problem:
        assert checked.layers[-1].shape == (classes,)
        assert len(checked.infos()) == len(layers) + 1
    for problem in (checked.problem, *(each.problem for each in checked.layers)):
        sentence = str(problem or "")
        assert sentence.isprintable()
        assert len(sentence) < 700
        assert not sentence or sentence.endswith(".")
    assert summary(checked).startswith("Network: network")


@given(st.lists(ANY_LAYER, max_size=8))
def test_generated_names_are_unique(layers: list[Layer]) -> None:
    given_names = [layer.name for layer in layers if layer.name]
    named = with_names(layers)
    generated = [new.name for old, new in zip(layers, named, strict=True) if not old.name]
    assert len(set(generated)) == len(generated)
    assert not set(generated) & {*given_names, "input"}
    assert not any(layer_name_problem(name) for name in generated)
    assert with_names(named) == named
