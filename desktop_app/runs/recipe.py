"""Recipes: all settings of a training run, as a frozen value and a JSON file."""

from __future__ import annotations

import codecs
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_type_hints

import msgspec
from msgspec import Meta

from desktop_app.core.decoding import convert, decode_json
from desktop_app.core.errors import UserError, printable, shown_name
from desktop_app.core.files import read_file, write_atomically
from desktop_app.networks.layer_list import MOST_LAYERS, CheckedLayers, Layer, check_layers
from desktop_app.networks.naming import is_reserved
from desktop_app.runs.recipe_problem import recipe_problem
from desktop_app.tasks.augmentation import ImageAugmentation, InkAugmentation, Share
from desktop_app.tasks.kinds import task_kind, task_problem
from desktop_app.tasks.metric import LOSS, Metric
from desktop_app.tasks.task import MOST_LABELS, Label, Task

LOOK_ALIKES = tuple("OoDQIliJjZzSsbGBgqyT")
"""Letters that look like a digit in many handwritings."""

LARGEST_RECIPE = 1_000_000
"""Maximum size of a recipe file in bytes."""


Amount: TypeAlias = Annotated[float, Meta(ge=0, le=10_000_000)]
"""A fraction if below 1, else a number of samples (or writers)."""
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=4096)]


@dataclass(frozen=True)
class DataPart:
    """A data source and its split into training, validation and test samples.

    If writers are known, each writer is in one part; otherwise samples are split, stratified by label.

    Attributes:
        source: name of a built-in data set, "my-samples", or path of a file or folder.
        validation: size of the validation part; not used if the source has its own validation part.
        test: size of the test part; not used if the source has its own test part.
        normalize: whether images are normalized as drawings are; False for images that already are, e.g.
            MNIST.
        transpose: whether rows and columns of the images are exchanged, which turns those of EMNIST upright.
    """

    source: Text
    validation: Amount = 0.1
    test: Amount = 0.2
    normalize: bool = True
    transpose: bool = False


@dataclass(frozen=True)
class Negatives:
    """Samples for "not a character".

    They are other letters of the data sources, drawings such as scribbles, dashes, grids and faces, pairs of
    characters, and wrong candidates: parts of characters and characters with ink of their neighbours, as the
    segmentation finds them in numbers. Right candidates are samples of their label.

    Attributes:
        per_epoch: number of negatives per epoch.
        expected_share: expected share of negatives in use, 0..1, for calibration.
        look_alikes: labels of the data sources that are used neither as labels nor as negatives.
        numbers: number of composed numbers, per epoch, whose candidates are used, beside those of the numbers
            of the data sources.
    """

    per_epoch: Annotated[int, Meta(ge=0, le=1_000_000)] = 28000
    expected_share: Share = 0.03
    look_alikes: Annotated[tuple[Label, ...], Meta(max_length=MOST_LABELS)] = LOOK_ALIKES
    numbers: Annotated[int, Meta(ge=0, le=100_000)] = 0


@dataclass(frozen=True)
class Fitting:
    """Optimizer and batches.

    Attributes:
        momentum: momentum of SGD, beta_1 of Adam and AdamW.
        weight_decay: decoupled from the gradient; not applied to biases and normalization.
        average_momentum: momentum of the moving average of the weights (EMA), which is kept instead of them;
            0 for none.
        steps_per_execution: Keras' option; a request to stop is checked after so many batches.
        jit_compile: whether XLA compiles the training step.
        recalibration_batches: number of batches without augmentation for the recalibration of batch
            normalization after training; 0 for none.
        precision: Keras dtype policy of the training, or "auto" for the one with the fastest training step
            when the run starts; the kept weights are float32.
    """

    epochs: Annotated[int, Meta(ge=1, le=10_000)] = 20
    batch_size: Annotated[int, Meta(ge=1, le=8192)] = 128
    optimizer: Literal["adam", "adamw", "rmsprop", "sgd"] = "adam"
    momentum: Annotated[float, Meta(ge=0, le=0.9999)] = 0.9
    weight_decay: Share = 0.0
    label_smoothing: Annotated[float, Meta(ge=0, le=0.5)] = 0.0
    average_momentum: Annotated[float, Meta(ge=0, le=0.99999)] = 0.0
    steps_per_execution: Annotated[int, Meta(ge=1, le=1000)] = 1
    jit_compile: bool = False
    recalibration_batches: Annotated[int, Meta(ge=0, le=1000)] = 0
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16", "auto"] = "float32"


@dataclass(frozen=True)
class Schedule:
    """Learning rate schedule.

    Attributes:
        kind: "constant"; "step": multiplied by `factor` every `every` epochs; "cosine": decays to 0 along a
            cosine; "one-cycle": rises to `rate`, then decays to 0; "plateau": multiplied by `factor` after
            `every` epochs without improvement, but not below `minimum`.
        rate: the largest learning rate.
        warm_up: epochs of linear warm-up from a 25th of `rate`; for "one-cycle" a fraction of all epochs.
    """

    kind: Literal["constant", "step", "cosine", "one-cycle", "plateau"] = "constant"
    rate: Annotated[float, Meta(ge=1e-8, le=10)] = 0.001
    warm_up: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    every: Annotated[int, Meta(ge=1, le=1000)] = 5
    factor: Annotated[float, Meta(ge=0.001, le=0.999)] = 0.5
    minimum: Annotated[float, Meta(ge=0, le=10)] = 0.0


@dataclass(frozen=True)
class Keeping:
    """What is monitored and kept of a run.

    Attributes:
        weights: which weights are kept, those of the "best" or the "last" epoch.
        monitor: metric of the best epoch: "val_" and the loss or a metric of the task.
        patience: epochs without improvement after which training stops; 0 to never stop early.
        every_epoch: whether a model is saved after each epoch.
        tensorboard: whether a TensorBoard log is written.
        wrong_share: largest share of wrong answers, 0..1, among those with the verdict "read" on the
            validation samples.
    """

    weights: Literal["best", "last"] = "best"
    monitor: Annotated[str, Meta(pattern=r"^val_[a-z0-9_]{1,40}\Z")] = "val_loss"
    patience: Annotated[int, Meta(ge=0, le=1000)] = 0
    every_epoch: bool = False
    tensorboard: bool = False
    wrong_share: Share = 0.002


@dataclass(frozen=True)
class Recipe:
    """All settings of a training run.

    Attributes:
        name: name of the model folder: lower-case letters, digits, - and _.
        title: name shown to the user.
        task: task of the network.
        data: data sources.
        split_seed: random seed of the split.
        layers: layers of the network.
        negatives: used if the task rejects.
        ink_augmentation: None for no augmentation of ink.
        image_augmentation: None for no augmentation of images.
        seed: random seed of initial weights, sample order and augmentation.
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
        """The loss and the metrics of the task."""
        return LOSS, *task_kind(self.task).metrics

    @property
    def ends_in_probabilities(self) -> bool:
        """Whether the network ends in a softmax; otherwise the loss is computed from logits."""
        return check_recipe_layers(self).ends_in_probabilities

    @property
    def monitored(self) -> Metric:
        """Metric that selects the best epoch."""
        name = self.keeping.monitor.removeprefix("val_")
        return next((metric for metric in self.metrics if metric.name == name), LOSS)


def bounds(part: type, name: str) -> tuple[float, float]:
    """Return the inclusive bounds of a number in a recipe.

    Args:
        part: class with the number, e.g. Fitting.
        name: name of the number, e.g. "epochs".
    """
    (meta,) = get_type_hints(part, include_extras=True)[name].__metadata__
    return meta.ge, meta.le


def choices(part: type, name: str) -> tuple[str, ...]:
    """Return the values of a choice in a recipe, e.g. the optimizers."""
    return get_args(get_type_hints(part)[name])


def fits(part: type, name: str, value: object) -> bool:
    """Return whether a value is valid for a field of a recipe, regardless of other fields."""
    try:
        convert({name: value}, part)
    except msgspec.ValidationError:
        return False
    return True


def check_recipe_layers(recipe: Recipe) -> CheckedLayers:
    """Return the layers of a recipe with their shapes, parameters and problems."""
    return check_layers(recipe.layers, recipe.task.input_shape, recipe.task.output_shape)


def check_recipe(recipe: Recipe) -> None:
    """Check that the values of a recipe fit together.

    Raises:
        UserError: values contradict each other, or the layers are not a valid network.
    """
    _check_texts(recipe)
    _check_numbers(recipe)
    checked = check_recipe_layers(recipe)
    output_problem = task_kind(recipe.task).output_problem
    if (
        problem := task_problem(recipe.task)
        or checked.problem
        or output_problem(checked.ends_in_probabilities)
    ):
        raise UserError.from_message(problem)


def recipe_to_json(recipe: Recipe) -> str:
    """Return the recipe as indented JSON."""
    return json.dumps(asdict(recipe), indent=2, ensure_ascii=False) + "\n"


def recipe_from_json(text: str | bytes) -> Recipe:
    """Parse a recipe; missing values have their defaults.

    Recipes of earlier versions are converted.

    Raises:
        UserError: the text is not JSON, a key is unknown or duplicate, a value is invalid, or the layers are
            not a valid network. The message contains the position.
    """
    try:
        # Editors on Windows write a byte order mark.
        data = (text.encode() if isinstance(text, str) else text).removeprefix(codecs.BOM_UTF8)
        values = _converted(decode_json(data, dict[str, Any]))
        recipe = convert(values, Recipe)
        # msgspec accepts duplicate keys.
        json.loads(data, object_pairs_hook=_unique_keys)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise UserError("This is not a recipe: {reason}.", reason=recipe_problem(error)) from error
    if unknown := _unknown_key(values, json.loads(recipe_to_json(recipe))):
        raise UserError("This is not a recipe: the key {key} is unknown. Remove it.", key=unknown)
    check_recipe(recipe)
    return recipe


def read_recipe(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        UserError: the file cannot be read, or is not a valid recipe, see `recipe_from_json`.
    """
    try:
        return recipe_from_json(read_file(path, LARGEST_RECIPE))
    except UserError as error:
        name = shown_name(path)
        raise error if name in str(error) else UserError("{name}: {error}", name=name, error=error) from error


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe file.

    Raises:
        UserError: the file cannot be written.
    """
    write_atomically(path, recipe_to_json(recipe).encode())


_RENAMED = {"ink_variety": "ink_augmentation", "image_variety": "image_augmentation"}


def _converted(values: dict[str, Any]) -> dict[str, Any]:
    """Convert the JSON values of a recipe that an earlier version wrote."""
    keeping = values.get("keeping")
    if isinstance(keeping, dict) and "rejected_share" in keeping and "wrong_share" not in keeping:
        # The share of unsure answers says nothing about that of wrong ones.
        values = {**values, "keeping": {k: v for k, v in keeping.items() if k != "rejected_share"}}
    return values if "task" in values else _with_task(values)


def _with_task(values: dict[str, Any]) -> dict[str, Any]:
    """Convert the JSON values of a recipe without a task.

    Labels were in the recipe itself; negatives were None if the network did not reject; the loss was stored
    although it follows from the layers.
    """
    # If both names are present, the older one is kept and then reported as unknown.
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


def _check_texts(recipe: Recipe) -> None:
    if not recipe.title.strip() or printable(recipe.title) != recipe.title:
        raise UserError("The title of this recipe is not printable; choose another.")
    if is_reserved(recipe.name):
        raise UserError(
            "{name} is the name of a device on Windows; give the recipe another name.", name=recipe.name
        )
    if any(printable(part.source) != part.source for part in recipe.data):
        raise UserError("The name of a data source is not printable; choose the data again.")
    if recipe.keeping.monitor not in (known := [f"val_{metric.name}" for metric in recipe.metrics]):
        raise UserError(
            "{monitor} is not measured; choose the best epoch by one of these: {names}.",
            monitor=shown_name(recipe.keeping.monitor),
            names=", ".join(known),
        )


def _check_numbers(recipe: Recipe) -> None:
    schedule, epochs = recipe.schedule, recipe.fitting.epochs
    if schedule.kind == "one-cycle" and schedule.warm_up > 1:
        raise UserError("The warm-up of a one-cycle schedule is a share of the run; make it at most 1.")
    if schedule.kind == "cosine" and schedule.warm_up > epochs:
        raise UserError("The warm-up is longer than the training; make it at most {epochs}.", epochs=epochs)
    ink = recipe.ink_augmentation
    if ink is not None and ink.pen_share[0] > ink.pen_share[1]:
        raise UserError("The smallest pen width exceeds the largest; swap the two.")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; raise an error for duplicate keys."""
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise msgspec.ValidationError(f"duplicate key {shown_name(key)}")
        values[key] = value
    return values


def _unknown_key(given: Any, known: Any) -> str:
    """Return the first key of the given JSON values that is not in the known ones."""
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
