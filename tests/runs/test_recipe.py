from __future__ import annotations

import json
import math
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core import paths
from desktop_app.core.errors import UserError, printable
from desktop_app.networks.layer_list import Layer
from desktop_app.networks.layers.options import Value
from desktop_app.runs.recipe import (
    Fitting,
    Keeping,
    Negatives,
    Recipe,
    Schedule,
    bounds,
    check_recipe,
    choices,
    fits,
    read_recipe,
    recipe_from_json,
    recipe_to_json,
    write_recipe,
)
from desktop_app.runs.zoo.catalog import ZOO, zoo_entry
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation
from desktop_app.tasks.metric import ACCURACY, LOSS
from desktop_app.tasks.task import DIGITS, Task
from tests.other_tasks import MIXER, SHARPENER
from tests.user_errors import user_error

OLDER = Path(__file__).parents[1] / "fixtures" / "older"
PLAIN = zoo_entry("mlp-300-300").recipe
BEST = zoo_entry("dense").recipe
LOGITS = (Layer("Flatten"), Layer("Dense", options={"units": "classes"}))


def text_with(value: str, *place: str) -> str:
    """Return the JSON of a valid recipe with one changed value."""
    values = json.loads(recipe_to_json(PLAIN))
    inner = values
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = "@@"
    return json.dumps(values).replace('"@@"', value)


# --------------------------------------------------------------------------------------- round trips


def strategy_of(kind: Any, meta: Any = None) -> st.SearchStrategy[Any]:
    """Values of a type in a recipe, within their bounds."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return strategy_of(arguments[0], arguments[1])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in {UnionType, Union}:
        return st.one_of([strategy_of(argument) for argument in arguments])
    if origin is tuple:
        return tuples_of(arguments, meta)
    if isinstance(kind, type) and is_dataclass(kind):
        return st.builds(kind, **{name: strategy_of(t) for name, t in hints_of(kind).items()})
    return plain_of(kind, meta)


def hints_of(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {field.name: hints[field.name] for field in fields(kind)}


def tuples_of(arguments: tuple[Any, ...], meta: Any) -> st.SearchStrategy[Any]:
    if arguments[-1] is not Ellipsis:
        return st.tuples(*map(strategy_of, arguments)).map(lambda values: tuple(sorted(values)))
    least = meta.min_length or 0 if meta is not None else 0
    return st.lists(strategy_of(arguments[0]), min_size=least, max_size=least + 3, unique=True).map(tuple)


def plain_of(kind: Any, meta: Any) -> st.SearchStrategy[Any]:
    if kind is int:
        return st.integers(meta.ge, meta.le)
    if kind is float:
        return st.floats(meta.ge, meta.le)
    if kind is str and meta is not None and meta.pattern:
        return st.from_regex(meta.pattern)
    if kind is str:
        characters = st.characters(codec="utf-8").filter(lambda c: printable(c) == c and not c.isspace())
        return st.text(characters, min_size=1, max_size=20)
    return st.none() if kind is type(None) else st.booleans()


def recipes() -> st.SearchStrategy[Recipe]:
    """Random valid recipes."""
    hints = hints_of(Recipe)
    del hints["layers"]
    drawn = st.builds(Recipe, **{name: strategy_of(kind) for name, kind in hints.items()})
    return drawn.map(made_to_fit)


def made_to_fit(recipe: Recipe) -> Recipe:
    schedule = recipe.schedule
    warm_up = min(schedule.warm_up, 1.0 if schedule.kind == "one-cycle" else recipe.fitting.epochs)
    labels = recipe.task.labels if len(recipe.task.labels) > 1 else DIGITS
    return replace(
        recipe,
        task=Task(labels=labels, rejects=recipe.task.rejects),
        layers=LOGITS,
        schedule=replace(schedule, warm_up=warm_up),
        keeping=replace(recipe.keeping, monitor="val_accuracy"),
    )


@given(recipes())
def test_random_recipes_are_written_and_read(recipe: Recipe) -> None:
    text = recipe_to_json(recipe)
    assert recipe_from_json(text) == recipe
    assert recipe_from_json(text.encode()) == recipe


def test_sizes_are_one_or_two_numbers() -> None:
    sizes: list[tuple[str, str, Value]] = [
        ("Conv2D", "kernel_size", 3),
        ("Conv2D", "kernel_size", (3, 5)),
        ("ZeroPadding2D", "padding", ((2, 1), (0, 3))),
        ("MaxPooling2D", "strides", None),
    ]
    for kind, name, value in sizes:
        recipe = replace(PLAIN, layers=(Layer(kind, options={name: value}), *LOGITS))
        assert recipe_from_json(recipe_to_json(recipe)) == recipe


@pytest.mark.parametrize("entry", ZOO, ids=lambda entry: entry.name)
def test_built_in_recipes_are_written_and_read(entry: Any, tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    write_recipe(entry.recipe, path)
    assert read_recipe(path) == entry.recipe


@pytest.mark.parametrize("name", sorted(path.name for path in paths.models_dir().iterdir()))
def test_shipped_models_have_recipes(name: str) -> None:
    assert read_recipe(paths.models_dir() / name / "recipe.json").name == name


def test_byte_order_mark_is_ignored(tmp_path: Path) -> None:
    recipe, path = zoo_entry("fast").recipe, tmp_path / "recipe.json"
    path.write_text(recipe_to_json(recipe), encoding="utf-8-sig")
    assert read_recipe(path) == recipe
    assert recipe_from_json("\ufeff" + recipe_to_json(recipe)) == recipe


def test_missing_values_have_defaults() -> None:
    layers = [{"kind": "Flatten"}, {"kind": "Dense", "options": {"units": 10}}, {"kind": "Softmax"}]
    recipe = recipe_from_json(json.dumps({"layers": layers, "fitting": {"epochs": 3}}))
    assert recipe.fitting == Fitting(epochs=3)
    assert recipe.schedule == Schedule()
    assert recipe.task == Recipe().task


def test_integer_is_valid_for_float() -> None:
    rate = recipe_from_json(text_with("1", "schedule", "rate")).schedule.rate
    assert isinstance(rate, float)
    assert rate == 1.0


# -------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '"recipe"',
        "null",
        b"\xff\xfe{}",
        "[" * 200_000,
        '{"a":' * 200_000,
        '{"split": {"a": 1}}',
    ],
)
def test_invalid_texts_raise_user_error(text: str | bytes) -> None:
    with pytest.raises(UserError, match=r"^This is not a recipe: .*\.$"):
        recipe_from_json(text)


@pytest.mark.parametrize(
    "value", ["20.5", "true", "1e999", "NaN", "-1", "0", "10001", "null", '"3"', "1" + "0" * 5000]
)
def test_invalid_numbers_raise_user_error(value: str) -> None:
    with pytest.raises(UserError, match="This is not a recipe"):
        recipe_from_json(text_with(value, "fitting", "epochs"))


@pytest.mark.parametrize(
    "value", ["true", "0", "-0.0", "1e-400", "1e999", "NaN", "-Infinity", "11", '"1e-3"']
)
def test_invalid_rates_raise_user_error(value: str) -> None:
    with pytest.raises(UserError, match="This is not a recipe"):
        recipe_from_json(text_with(value, "schedule", "rate"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty or incomplete"),
        ('{"name": ' + "[" * 200_000, "it is nested too deeply"),
        (b'{"title": "\xff"}', "it is not text in UTF-8"),
        ("[]", "the whole must be an object in braces, not a list"),
        ('{"seed": 1,}', "its JSON is wrong at byte 11 (trailing comma in object)"),
        ('{"seed": 1, "seed": 2}', "the key seed is there twice; remove one"),
        ('{"fitting": {"momentum": 1e999}}', "a number is too large; change it"),
        ('{"seed": "3"}', "seed must be a whole number, not a text"),
        ('{"data": []}', "data must have 1 or more values"),
        ('{"data": [{}]}', "data[0] has no source"),
        ('{"title": ""}', "title must have 1 or more characters"),
        (
            '{"name": "../x"}',
            "name must be 1 to 40 small letters, digits, - and _, with a letter or a digit first",
        ),
        ('{"keeping": {"monitor": "x"}}', "keeping.monitor must be the name of a metric with val_ before it"),
        ('{"fitting": {"optimizer": "x"}}', "fitting.optimizer cannot be 'x'"),
    ],
)
def test_problems_of_a_recipe_are_said_in_plain_words(text: str | bytes, problem: str) -> None:
    with user_error(re.escape(f"This is not a recipe: {problem}.")):
        recipe_from_json(text)


def test_error_contains_the_position() -> None:
    with user_error(r"fitting\.epochs must be at least 1\."):
        recipe_from_json(text_with("0", "fitting", "epochs"))
    with pytest.raises(UserError, match="the key colour is unknown"):
        recipe_from_json(text_with('{"colour": 1}', "schedule"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("data", '[{"source": "mnist"}, {"source": "mnist", "colour": 1}]'),
        ("layers", '[{"kind": "Flatten", "colour": 1}]'),
        ("layers", '[{"kind": "Flatten", "options": {"colour": 1}}]'),
        ("ink_augmentation", '{"colour": 1}'),
        ("colour", "1"),
    ],
)
def test_unknown_key_is_named(place: str, value: str) -> None:
    with user_error("colour"):
        recipe_from_json(text_with(value, place))


def test_duplicate_key_raises_user_error() -> None:
    # It is unknown which of the two is intended.
    with user_error("the key rate is there twice"):
        recipe_from_json(text_with('{"rate": 0.1, "rate": 0.2}', "schedule"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("name", r'"digits\n"'),
        ("name", '"../digits"'),
        ("name", '"Digits"'),
        ("title", r'"a\u0000b"'),
        ("title", r'"\u202eabc"'),
        ("title", r'"\ud800"'),
        ("title", '"   "'),
        ("task.labels", r'["a", "\u0007"]'),
        ("task.labels", '["a", " "]'),
        ("task.labels", '["a", "a"]'),
        ("task.labels", '["a"]'),
        ("data", r'[{"source": "a\u0000b"}]'),
        ("data", "[]"),
        ("ink_augmentation", '{"pen_share": [0.2, 0.1]}'),
        ("ink_augmentation", '{"pen_share": [0.1]}'),
        ("schedule", '{"kind": "one-cycle", "warm_up": 1.5}'),
        ("schedule", '{"kind": "cosine", "warm_up": 21}'),
        ("fitting", '{"loss": "logits"}'),
        ("task", '{"kind": "picture"}'),
        ("task", '{"preparation": "fit"}'),
        ("task", '{"scale": 2}'),
        ("task.width", "29"),
        ("task", '{"height": 7, "width": 7}'),
        ("task", '{"height": 200, "width": 200}'),
        ("task", '{"kind": "restoration", "preparation": "reduce"}'),
        ("labels", '["a", "b"]'),
        ("keeping.monitor", '"val_psnr"'),
        ("keeping.monitor", '"loss"'),
    ],
)
def test_unprintable_or_inconsistent_values_raise_user_error(place: str, value: str) -> None:
    recipe_from_json(recipe_to_json(PLAIN))
    with user_error():
        recipe_from_json(text_with(value, *place.split(".")))


@pytest.mark.parametrize(
    "layers",
    [
        '[{"kind": "x%s"}]' % (r"\n" * 5000),
        '[{"kind": "Dense", "options": {"x%s": 1}}]' % (r"\n" * 5000),
        '[{"kind": "Dense", "options": {"units": [1]}}]',
        '[{"kind": "Flatten"}, {"kind": "Dense", "options": {"units": 1e300}}]',
        '[{"kind": "Flatten"}, {"kind": "Dense", "options": {"units": 1%s}}]' % ("0" * 600),
        json.dumps([{"kind": "ReLU"}] * 15_000),
        "[]",
    ],
)
def test_invalid_layers_raise_user_error(layers: str) -> None:
    with pytest.raises(UserError) as caught:
        recipe_from_json(text_with(layers, "layers"))
    sentence = str(caught.value)
    assert len(sentence) < 300
    assert sentence == printable(sentence)


def test_invalid_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    with user_error(r"mine\.json cannot be read"):
        read_recipe(path)
    path.write_text("{")
    with pytest.raises(UserError, match=r"mine\.json: This is not a recipe"):
        read_recipe(path)
    path.write_bytes(b" " * 1_000_001)
    with user_error("larger than 1 MB"):
        read_recipe(path)


# ----------------------------------------------------------------------------- bounds and choices


def test_bounds_are_those_of_files() -> None:
    assert bounds(Fitting, "epochs") == (1, 10_000)
    assert bounds(ImageAugmentation, "shear") == (0, 1)
    least, most = bounds(Schedule, "factor")
    for value in (least, most):
        assert fits(Schedule, "factor", value)
    for value in (0.0, least / 2, 1.0, math.nan, math.inf):
        assert not fits(Schedule, "factor", value)


def test_choices_are_those_of_files() -> None:
    assert choices(Fitting, "optimizer") == ("adam", "adamw", "rmsprop", "sgd")
    assert fits(Recipe, "name", "mine-2")
    assert not fits(Recipe, "name", "Mine")


def test_ends_in_probabilities_depends_on_the_layers() -> None:
    assert PLAIN.ends_in_probabilities
    assert not replace(PLAIN, layers=LOGITS).ends_in_probabilities
    check_recipe(replace(PLAIN, layers=LOGITS))


def test_monitored_metric_belongs_to_the_task() -> None:
    assert [metric.name for metric in PLAIN.metrics] == ["loss", "accuracy"]
    assert PLAIN.monitored == LOSS
    assert replace(PLAIN, keeping=Keeping(monitor="val_accuracy")).monitored == ACCURACY
    with pytest.raises(
        UserError, match="val_psnr is not measured; choose the best epoch by one of these: val_loss, val_acc"
    ):
        check_recipe(replace(PLAIN, keeping=Keeping(monitor="val_psnr")))


def test_pen_widths_may_be_equal() -> None:
    check_recipe(replace(BEST, ink_augmentation=InkAugmentation(pen_share=(0.1, 0.1))))


# --------------------------------------------------------------------------------- other tasks


@pytest.mark.parametrize("recipe", [MIXER, SHARPENER], ids=lambda recipe: recipe.name)
def test_recipes_of_other_tasks_are_written_and_read(recipe: Recipe) -> None:
    check_recipe(recipe)
    assert recipe_from_json(recipe_to_json(recipe)) == recipe


def test_restoration_network_must_output_images() -> None:
    layers = (*SHARPENER.layers, Layer("Softmax", "shares"))
    with user_error("must not end with a softmax"):
        check_recipe(replace(SHARPENER, layers=layers))
    with user_error("have no labels"):
        check_recipe(replace(SHARPENER, task=replace(SHARPENER.task, labels=("a", "b"))))
    with user_error("choose mnist-reduce, reduce"):
        check_recipe(replace(SHARPENER, task=replace(SHARPENER.task, preparation="mnist")))


# ----------------------------------------------------------------------- recipes of earlier versions


@pytest.mark.parametrize("path", sorted((OLDER / "recipes").glob("*.json")), ids=lambda path: path.stem)
def test_older_recipes_are_converted(path: Path) -> None:
    recipe = read_recipe(path)
    if path.stem != "everything":
        expected = zoo_entry(path.stem).recipe
        if expected.schedule.kind == "one-cycle":
            # They leave the rise to the program.
            expected = replace(expected, schedule=replace(expected.schedule, warm_up=0.0))
        assert recipe == expected
        return
    assert recipe.task == Task(labels=("0", "1", "2"), rejects=True)
    assert recipe.negatives == Negatives(per_epoch=5, look_alikes=("O",))
    assert recipe.ink_augmentation == InkAugmentation(variants=2)
    assert recipe.image_augmentation == ImageAugmentation(flip="horizontal")
    assert (recipe.fitting.recalibration_batches, recipe.ends_in_probabilities) == (2, False)
    assert recipe.keeping == Keeping("last", "val_accuracy", 3, True, True)


def test_older_recipe_without_negatives_does_not_reject() -> None:
    layers = [{"kind": "Flatten"}, {"kind": "Dense", "options": {"units": "classes"}}]
    older = {"labels": ["a", "b"], "negatives": None, "layers": layers, "fitting": {"loss": "logits"}}
    recipe = recipe_from_json(json.dumps(older))
    assert recipe.task == Task(labels=("a", "b"))
    assert recipe.negatives == Negatives()
    with pytest.raises(UserError, match="the key colour is unknown"):
        recipe_from_json(json.dumps(older | {"colour": 1}))


@pytest.mark.parametrize(
    ("older", "twice"),
    [
        ({"ink_variety": None, "ink_augmentation": None}, "ink_variety"),
        ({"image_augmentation": None, "image_variety": {"rotation": 5}}, "image_variety"),
        ({"fitting": {"settling": 1, "recalibration_batches": 2}}, "settling"),
    ],
)
def test_value_with_old_and_new_name_raises_user_error(older: dict[str, Any], twice: str) -> None:
    layers = [{"kind": "Flatten"}, {"kind": "Dense", "options": {"units": "classes"}}]
    with pytest.raises(UserError, match=f"the key {twice} is unknown"):
        recipe_from_json(json.dumps(older | {"layers": layers}))


def test_older_draft_is_read() -> None:
    assert read_recipe(OLDER / "draft.json") == read_recipe(OLDER / "recipes" / "everything.json")


def test_reserved_name_raises_user_error() -> None:
    check_recipe(replace(PLAIN, name="control"))
    with pytest.raises(UserError, match="con"):
        check_recipe(replace(PLAIN, name="con"))
