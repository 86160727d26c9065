"""Recipes: everything that is needed to repeat a training run, as one frozen value and one JSON file."""

from __future__ import annotations

import codecs
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

import msgspec
from msgspec import Meta

from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import read_file, write_atomically
from desktop_app.networks.layer_list import MOST_LAYERS, Layer, Traced, trace
from desktop_app.networks.naming import is_reserved
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation, Share
from desktop_app.tasks.kinds import task_kind, task_problem
from desktop_app.tasks.metric import LOSS, Metric
from desktop_app.tasks.task import MOST_LABELS, Label, Task

LOOK_ALIKES = tuple("OoDQIliJjZzSsbGBgqyT")
"""Letters that many people write like a digit: no network can tell them apart without context."""

LARGEST_RECIPE = 1_000_000
"""Bytes of a recipe file."""

_LONGEST_SENTENCE = 240

Amount: TypeAlias = Annotated[float, Meta(ge=0, le=10_000_000)]
"""A share where it is below 1, a number of samples (or writers) from 1 on."""
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4096)]


@dataclass(frozen=True)
class DataPart:
    """One source of samples, and how it is split.

    Writers are split where they are known, so that nobody whose hand is trained on is asked
    again; otherwise samples, each label evenly.

    Attributes:
        source: a name that `data.sources` knows, or the path of a file or folder.
        validation: what is kept to choose by: of the part that trains.
        test: what is kept to measure by, where the source has no test part of its own.
        normalize: whether images go through the program's normalization; those that are normalized
            already, as MNIST is, need not.
    """

    source: Text
    validation: Amount = 0.1
    test: Amount = 0.2
    normalize: bool = True


@dataclass(frozen=True)
class Negatives:
    """What the network learns to call "not a character": letters of the sources, scribbles, pairs.

    Attributes:
        per_epoch: how many of them an epoch has.
        expected_share: share of what people draw that is no character, for calibration.
        look_alikes: labels of the sources that are left out, neither labels nor negatives.
    """

    per_epoch: Annotated[int, Meta(ge=0, le=1_000_000)] = 28000
    expected_share: Share = 0.03
    look_alikes: Annotated[tuple[Label, ...], Meta(max_length=MOST_LABELS)] = LOOK_ALIKES


@dataclass(frozen=True)
class Fitting:
    """How the weights are found.

    Attributes:
        momentum: of SGD.
        weight_decay: decoupled from the gradient; biases and normalization are spared.
        average_momentum: of the moving average of the weights that is kept in their place; 0: none.
        steps_per_execution: batches that TensorFlow takes without coming back; also how many pass
            before a wish to stop is seen.
        jit_compile: whether XLA compiles the step.
        recalibration_batches: batches without augmentation that batch normalization is estimated anew
            on at the end.
        precision: Keras dtype policy while training; what is kept is float32.
    """

    epochs: Annotated[int, Meta(ge=1, le=10_000)] = 20
    batch_size: Annotated[int, Meta(ge=1, le=8192)] = 128
    optimizer: Literal["adam", "adamw", "rmsprop", "sgd"] = "adam"
    momentum: Share = 0.9
    weight_decay: Share = 0.0
    label_smoothing: Annotated[float, Meta(ge=0, le=0.5)] = 0.0
    average_momentum: Annotated[float, Meta(ge=0, le=0.99999)] = 0.0
    steps_per_execution: Annotated[int, Meta(ge=1, le=1000)] = 1
    jit_compile: bool = False
    recalibration_batches: Annotated[int, Meta(ge=0, le=1000)] = 0
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"


@dataclass(frozen=True)
class Schedule:
    """The learning rate over a run.

    Attributes:
        kind: "constant"; "step": times `factor` every `every` epochs; "cosine": down to nothing
            along a cosine; "one-cycle": up to `rate` and down to nothing, the larger part down, with
            momentum as it is; "plateau": times `factor` after `every` epochs without improvement.
        rate: the largest learning rate.
        warm_up: epochs in which it rises from a 25th, or share of all epochs for one-cycle.
    """

    kind: Literal["constant", "step", "cosine", "one-cycle", "plateau"] = "constant"
    rate: Annotated[float, Meta(ge=1e-8, le=10)] = 0.001
    warm_up: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    every: Annotated[int, Meta(ge=1, le=1000)] = 5
    factor: Annotated[float, Meta(ge=0.001, le=0.999)] = 0.5


@dataclass(frozen=True)
class Keeping:
    """What is watched while a run goes, and what is kept of it.

    Attributes:
        weights: the "best" epoch's, by what is monitored, or the "last" one's.
        monitor: what best means: "val_" and the name of the loss or of a metric of the task.
        patience: epochs without a better one that end the run; 0: none does.
        every_epoch: whether the weights of every epoch are kept.
        tensorboard: whether a log for TensorBoard is written.
        rejected_share: share of validation characters that may be called unsure.
    """

    weights: Literal["best", "last"] = "best"
    monitor: Annotated[str, Meta(pattern=r"^val_[a-z0-9_]{1,40}\Z")] = "val_loss"
    patience: Annotated[int, Meta(ge=0, le=1000)] = 0
    every_epoch: bool = False
    tensorboard: bool = False
    rejected_share: Share = 0.005


@dataclass(frozen=True)
class Recipe:
    """One training run, whole.

    Attributes:
        name: of the model folder it makes: small letters, digits, - and _; title is what people see.
        task: what the network is for: its input, and what its output means.
        data: where samples come from; split_seed splits them.
        layers: the network.
        negatives: used where the task rejects.
        ink_augmentation: None where ink is drawn as it was written.
        image_augmentation: None where images are learned as they are.
        seed: of weights, order and augmentation.
    """

    name: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}\Z")] = "digits"
    title: Name = "Digits"
    task: Task = field(default_factory=Task)
    data: Annotated[tuple[DataPart, ...], Meta(min_length=1, max_length=20)] = (DataPart("mnist"),)
    split_seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1
    layers: Annotated[tuple[Layer, ...], Meta(max_length=MOST_LAYERS)] = ()
    negatives: Negatives = field(default_factory=Negatives)
    ink_augmentation: InkAugmentation | None = None
    image_augmentation: ImageAugmentation | None = None
    fitting: Fitting = field(default_factory=Fitting)
    schedule: Schedule = field(default_factory=Schedule)
    keeping: Keeping = field(default_factory=Keeping)
    seed: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 1

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """What is measured of the network: the loss, and the metrics of its task."""
        return LOSS, *task_kind(self.task).metrics

    @property
    def ends_in_probabilities(self) -> bool:
        """Whether the layers end with a softmax; otherwise the loss is computed from logits."""
        return trace_recipe(self).ends_in_probabilities

    @property
    def monitored(self) -> Metric:
        """The metric by which the best epoch is chosen."""
        name = self.keeping.monitor.removeprefix("val_")
        return next((metric for metric in self.metrics if metric.name == name), LOSS)


def bounds(part: type, name: str) -> tuple[float, float]:
    """The least and the largest value that a number of a recipe may have, both allowed.

    Args:
        part: the class that the number stands in, e.g. Fitting.
        name: of the number, e.g. "epochs".
    """
    (meta,) = get_type_hints(part, include_extras=True)[name].__metadata__
    return meta.ge, meta.le


def choices(part: type, name: str) -> tuple[str, ...]:
    """The words that one of a recipe's choices lies between, e.g. optimizers."""
    return get_args(get_type_hints(part)[name])


def fits(part: type, name: str, value: object) -> bool:
    """Whether a value may stand in a place of a recipe, looked at by itself."""
    try:
        msgspec.convert({name: value}, part)
    except msgspec.ValidationError:
        return False
    return True


def trace_recipe(recipe: Recipe) -> Traced:
    """The recipe's layers with their shapes, parameters and problems."""
    return trace(recipe.layers, recipe.task.input_shape, recipe.task.output_shape)


def check_recipe(recipe: Recipe) -> None:
    """Look at what single values do not tell.

    Raises:
        UserError: parts of the recipe contradict each other, or its layers are no network.
    """
    _check_words(recipe)
    _check_numbers(recipe)
    traced = trace_recipe(recipe)
    ending_problem = task_kind(recipe.task).ending_problem
    if problem := task_problem(recipe.task) or traced.problem or ending_problem(traced.ends_in_probabilities):
        raise UserError(problem)


def recipe_to_json(recipe: Recipe) -> str:
    """The recipe as indented JSON."""
    return json.dumps(asdict(recipe), indent=2, ensure_ascii=False) + "\n"


def recipe_from_json(text: str | bytes) -> Recipe:
    """The recipe that JSON text describes; what it does not say has its first value.

    Recipes that earlier versions wrote mean what they meant.

    Raises:
        UserError: the text is no recipe: no JSON, a key that no recipe has or that stands twice, a value
            out of its range, or layers that are no network. The sentence names the place.
    """
    try:
        # Editors on Windows put a mark before the text.
        data = (text.encode() if isinstance(text, str) else text).removeprefix(codecs.BOM_UTF8)
        values = _of_today(msgspec.json.decode(data))
        recipe = msgspec.convert(values, Recipe)
        # msgspec takes the last of several; which one was meant only its writer knows.
        json.loads(data, object_pairs_hook=_each_once)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise UserError(f"This is no recipe: {_plainly(error)}.") from error
    if unknown := _unknown_key(values, json.loads(recipe_to_json(recipe))):
        raise UserError(f"This is no recipe: there is no {unknown} in recipes.")
    try:
        check_recipe(recipe)
    except UserError as error:
        # It may name what a stranger wrote.
        raise UserError(_shortened(printable(str(error)))) from error
    return recipe


def read_recipe(path: Path) -> Recipe:
    """The recipe in a JSON file.

    Raises:
        UserError: the file cannot be read, or is no recipe (see `recipe_from_json`).
    """
    try:
        return recipe_from_json(read_file(path, LARGEST_RECIPE))
    except UserError as error:
        name = shown_name(path)
        raise error if name in str(error) else UserError(f"{name}: {error}") from error


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe file.

    Raises:
        UserError: it cannot be written.
    """
    write_atomically(path, recipe_to_json(recipe).encode())


_RENAMED = {"ink_variety": "ink_augmentation", "image_variety": "image_augmentation"}


def _of_today(values: Any) -> Any:
    """JSON of a recipe without a task, as earlier versions wrote it, under the names of today.

    Labels stood in the recipe itself; negatives, or none, said whether the network rejects; the loss
    was stored beside the layers that it follows from.
    """
    if not isinstance(values, dict) or "task" in values:
        return values
    # A name of today beside its older one stays, and so does the older one, which no recipe has.
    renamed = {older: name for older, name in _RENAMED.items() if name not in values}
    values = {renamed.get(name, name): value for name, value in values.items()}
    task = {"labels": values.pop("labels")} if "labels" in values else {}
    if "negatives" in values:
        task["rejects"] = values["negatives"] is not None
        if values["negatives"] is None:
            del values["negatives"]
    if isinstance(fitting := values.get("fitting"), dict):
        fitting = dict(fitting)
        if fitting.get("loss") in ("probabilities", "logits"):
            del fitting["loss"]
        if "settling" in fitting and "recalibration_batches" not in fitting:
            fitting["recalibration_batches"] = fitting.pop("settling")
        values["fitting"] = fitting
    return {**values, "task": task} if task else values


def _check_words(recipe: Recipe) -> None:
    if not recipe.title.strip() or printable(recipe.title) != recipe.title:
        raise UserError("The title of this recipe cannot be seen; give it another.")
    if is_reserved(recipe.name):
        raise UserError(
            "{name} is the name of a device on Windows; give the recipe another name.", name=recipe.name
        )
    if any(printable(part.source) != part.source for part in recipe.data):
        raise UserError("The name of a data source has characters that cannot be seen; choose the data anew.")
    if recipe.keeping.monitor not in (known := [f"val_{metric.name}" for metric in recipe.metrics]):
        raise UserError(
            f"{recipe.keeping.monitor} is not measured; the best epoch is by {' or '.join(known)}."
        )


def _check_numbers(recipe: Recipe) -> None:
    schedule, epochs = recipe.schedule, recipe.fitting.epochs
    if schedule.kind == "one-cycle" and schedule.warm_up > 1:
        raise UserError("A one-cycle schedule rises in a share of the run; make its warm-up at most 1.")
    if schedule.kind == "cosine" and schedule.warm_up > epochs:
        raise UserError(f"The warm-up takes longer than all epochs; make it at most {epochs}.")
    ink = recipe.ink_augmentation
    if ink is not None and ink.pen_share[0] > ink.pen_share[1]:
        raise UserError("The finest pen is broader than the broadest; exchange the two.")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, each of whose keys stands once."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise msgspec.ValidationError(f"{shown_name(key)} stands there twice")
        found[key] = value
    return found


def _plainly(error: Exception) -> str:
    """What msgspec complains of, as the rest of a sentence, e.g. "expected int, got str (seed)"."""
    text = printable(str(error)).replace("`", "")
    said, _, place = text.partition(" - at $")
    if said[1:2].islower():
        said = said[:1].lower() + said[1:]
    place = place.lstrip(".")
    return _shortened(f"{said} ({place})" if place else said)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SENTENCE else f"{text[:_LONGEST_SENTENCE]}…"


def _unknown_key(given: Any, known: Any) -> str:
    """The first key of the given JSON that the recipe made of it does not have."""
    if isinstance(given, dict):
        for key, value in given.items():
            if key not in known:
                return shown_name(str(key))
            if inner := _unknown_key(value, known[key]):
                return inner
    if isinstance(given, list):
        for one, other in zip(given, known, strict=True):
            if inner := _unknown_key(one, other):
                return inner
    return ""
