"""A short Keras script that trains the network of a recipe, to read and to teach.

Unlike `training.script`, it uses only what Keras itself offers, so its result is similar, not the same.
"""

from __future__ import annotations

from desktop_app.runs.rate_curve import ONE_CYCLE_RISE, WARM_UP_DIVISOR
from desktop_app.runs.recipe import Recipe
from desktop_app.tasks.augmentation import ImageAugmentation
from desktop_app.tasks.kinds import task_kind
from desktop_app.tasks.task import DIGITS, Task

_OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}

_DATA = """# Data: prepared samples with values from 0 to 1
data = np.load(Path(__file__).with_name("data.npz"))
rows = data["epochs"][0]
x_train, y_train = data["training_inputs"][rows].astype("float32") / 255, data["training_targets"][rows]
x_val, y_val = data["validation_inputs"].astype("float32") / 255, data["validation_targets"]
x_test, y_test = data["test_inputs"].astype("float32") / 255, data["test_targets"]"""

_IMAGES = "\ny_train, y_val, y_test = y_train / 255, y_val / 255, y_test / 255"

_ONE_HOT = """
y_train, y_val, y_test = (keras.utils.to_categorical(y, {classes}) for y in (y_train, y_val, y_test))"""

_END = """# Evaluation with samples that the network was not trained on
for name, value in model.evaluate(x_test, y_test, batch_size=256, verbose=0, return_dict=True).items():
    print(f"test {name} {value:.4f}")
network.save(Path(__file__).with_name("short.keras"))"""


def short_script(recipe: Recipe, network: str, validation: int) -> str:
    """Return the source of the script.

    MNIST is loaded from `keras.datasets`, other data from data.npz beside the script, see
    `training.script.export_script`.

    Args:
        recipe: a valid recipe.
        network: source of the function build_network().
        validation: number of validation samples.
    """
    title = recipe.title.replace("\\", "\\\\").replace('"', "'")
    numpy = "" if uses_keras_mnist(recipe) else "import numpy as np\n"
    head = (
        f'"""{title}: a short training script. Requires Keras 3 with TensorFlow."""\n\n'
        f"from pathlib import Path\n\nimport keras\n{numpy}\n\n{network}\n\n\n"
    )
    sections = (
        _data_lines(recipe, validation),
        _model_lines(recipe),
        _compile_lines(recipe),
        _fit_lines(recipe, has_validation=validation > 0),
        _END,
    )
    return head + "\n\n".join(sections) + "\n"


def uses_keras_mnist(recipe: Recipe) -> bool:
    """Return whether the data of a recipe is MNIST as it is in `keras.datasets`."""
    task = recipe.task
    if len(recipe.data) != 1 or task != Task(labels=DIGITS):
        return False
    (part,) = recipe.data
    return part.source == "mnist" and not part.normalize and not part.transpose


def _data_lines(recipe: Recipe, validation: int) -> str:
    lines = _mnist_lines(validation) if uses_keras_mnist(recipe) else _DATA
    if not task_kind(recipe.task).has_labels:
        return lines + _IMAGES
    if recipe.fitting.label_smoothing:
        return lines + _ONE_HOT.format(classes=recipe.task.output_shape[0])
    return lines


def _mnist_lines(validation: int) -> str:
    split = "len(x_train)" if not validation else f"len(x_train) - {validation}"
    return f"""# Data: MNIST, images of 28x28 pixels with values from 0 to 1
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train, x_test = (x[..., None].astype("float32") / 255 for x in (x_train, x_test))
split = {split}
x_train, x_val = x_train[:split], x_train[split:]
y_train, y_val = y_train[:split], y_train[split:]"""


def _model_lines(recipe: Recipe) -> str:
    """Return the lines that build the network, with random changes of the images in front of it."""
    layers = _augmenting_layers(recipe.image_augmentation, recipe.task)
    lines = [
        "# Network",
        f"keras.utils.set_random_seed({recipe.seed})",
        "network = build_network()",
        "network.summary()",
    ]
    if not layers:
        return "\n".join([*lines, "model = network"])
    return "\n".join(
        [
            *lines,
            "# These layers change the images in training only.",
            "augmentation = [",
            *(f"    {layer}," for layer in layers),
            "]",
            f"model = keras.Sequential([keras.Input({recipe.task.input_shape}), *augmentation, network])",
        ]
    )


def _augmenting_layers(settings: ImageAugmentation | None, task: Task) -> list[str]:
    """Return the calls of the Keras layers that are similar to an augmentation."""
    if settings is None or not task_kind(task).has_labels:
        return []
    layers, fill = [], 'fill_mode="constant"'
    if settings.flip != "none":
        mode = "horizontal_and_vertical" if settings.flip == "both" else settings.flip
        layers.append(f'keras.layers.RandomFlip("{mode}")')
    if settings.rotation:
        layers.append(f"keras.layers.RandomRotation({settings.rotation / 360:.4f}, {fill})")
    if shift := max(settings.shift, settings.crop):
        share = f"{shift / task.height:.4f}"
        layers.append(f"keras.layers.RandomTranslation({share}, {share}, {fill})")
    if settings.scale:
        layers.append(f"keras.layers.RandomZoom({settings.scale}, {settings.scale}, {fill})")
    return layers


def _compile_lines(recipe: Recipe) -> str:
    fitting = recipe.fitting
    options = ["learning_rate"]
    if fitting.optimizer == "sgd":
        options.append(f"momentum={fitting.momentum}")
    elif fitting.optimizer != "rmsprop":
        options.append(f"beta_1={fitting.momentum}")
    if fitting.weight_decay:
        options.append(f"weight_decay={fitting.weight_decay}")
    has_labels = task_kind(recipe.task).has_labels
    return "\n".join(
        [
            "# Training",
            f"epochs, batch_size = {fitting.epochs}, {fitting.batch_size}",
            "steps = -(-len(x_train) // batch_size)",
            f"learning_rate = {_rate(recipe)}",
            "model.compile(",
            f"    optimizer=keras.optimizers.{_OPTIMIZERS[fitting.optimizer]}({', '.join(options)}),",
            f"    loss=keras.losses.{_loss(recipe)},",
            *(['    metrics=["accuracy"],'] if has_labels else []),
            ")",
        ]
    )


def _rate(recipe: Recipe) -> str:
    """Return the learning rate or the call of its schedule."""
    schedule, epochs = recipe.schedule, recipe.fitting.epochs
    rate, schedules = schedule.rate, "keras.optimizers.schedules"
    if schedule.kind == "step":
        options = f"{rate}, {schedule.every} * steps, {schedule.factor}, staircase=True"
        return f"{schedules}.ExponentialDecay({options})"
    if schedule.kind not in ("cosine", "one-cycle"):
        return f"{rate}"
    is_cycle = schedule.kind == "one-cycle"
    warm_up = min(epochs * (schedule.warm_up or ONE_CYCLE_RISE) if is_cycle else schedule.warm_up, epochs)
    if not warm_up:
        return f"{schedules}.CosineDecay({rate}, epochs * steps)"
    return (
        f"{schedules}.CosineDecay(\n"
        f"    {rate / WARM_UP_DIVISOR:g}, round({max(epochs - warm_up, 0.01):g} * steps),\n"
        f"    warmup_target={rate}, warmup_steps=round({warm_up:g} * steps),\n)"
    )


def _loss(recipe: Recipe) -> str:
    if not task_kind(recipe.task).has_labels:
        return "MeanSquaredError()"
    options = [] if recipe.ends_in_probabilities else ["from_logits=True"]
    if recipe.fitting.label_smoothing:
        options.append(f"label_smoothing={recipe.fitting.label_smoothing}")
        return f"CategoricalCrossentropy({', '.join(options)})"
    return f"SparseCategoricalCrossentropy({', '.join(options)})"


def _fit_lines(recipe: Recipe, *, has_validation: bool) -> str:
    if not has_validation:
        return "model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=2)"
    keeping, schedule = recipe.keeping, recipe.schedule
    has_labels = task_kind(recipe.task).has_labels
    monitor = f'"{keeping.monitor}"' if has_labels else '"val_loss"'
    mode = "max" if has_labels and recipe.monitored.higher_is_better else "min"
    options = f'{monitor}, mode="{mode}"'
    lines = []
    if keeping.weights == "best" or keeping.patience:
        is_best = keeping.weights == "best"
        patience = keeping.patience or "epochs"
        lines.append("    keras.callbacks.EarlyStopping(")
        lines.append(f"        {options}, patience={patience}, restore_best_weights={is_best}\n    ),")
    if schedule.kind == "plateau":
        reduction = f"factor={schedule.factor}, patience={schedule.every}, min_lr={schedule.minimum}"
        lines.append(f"    keras.callbacks.ReduceLROnPlateau({options}, {reduction}),")
    callbacks = ["callbacks = [", *lines, "]"] if lines else []
    return "\n".join(
        [
            *callbacks,
            "model.fit(",
            "    x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=2,",
            f"    validation_data=(x_val, y_val){', callbacks=callbacks' if lines else ''},",
            ")",
        ]
    )
