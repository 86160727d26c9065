"""Options that several kinds of layers have."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.core.messages import message, message_template
from desktop_app.networks.layers.functions import ACTIVATIONS
from desktop_app.networks.layers.options import Option

MAX_SIZE = 128
"""Largest kernel, pooling window, stride or margin in pixels."""

FILTERS = Option(
    "filters", message("Filters"), message("How many maps the layer makes"), 32, 1, 2048, always_shown=True
)
KERNEL = Option(
    "kernel_size",
    message("Kernel"),
    message("Height and width of what one value looks at"),
    3,
    1,
    MAX_SIZE,
    lengths=(2,),
    short="{full}",
    always_shown=True,
)
STRIDES = Option(
    "strides",
    message("Stride"),
    message("Pixels from one place to the next, down and to the right"),
    1,
    1,
    MAX_SIZE,
    lengths=(2,),
    short=message_template("stride {value}"),
)
PADDING = Option(
    "padding",
    message("Padding"),
    message("same: maps keep their size; valid: windows stay inside the map"),
    "valid",
    choices=("valid", "same"),
)
ACTIVATION = Option(
    "activation",
    message("Activation"),
    message("The function that every sum goes through"),
    "linear",
    choices=ACTIVATIONS,
)
BIAS = Option(
    "use_bias",
    message("Bias"),
    message("Whether a learned number is added to every sum"),
    default=True,
    short=message_template("no bias"),
)
DILATION = Option(
    "dilation_rate",
    message("Dilation"),
    message("Pixels from one place of a kernel to the next"),
    1,
    1,
    MAX_SIZE,
    lengths=(2,),
    short=message_template("dilation {value}"),
)
GROUPS = Option(
    "groups",
    message("Groups"),
    message("Groups of channels that are convolved by themselves"),
    1,
    1,
    2048,
    short=message_template("{value} groups"),
)
MULTIPLIER = Option(
    "depth_multiplier",
    message("Multiplier"),
    message("How many maps are made of each map"),
    1,
    1,
    64,
    short=message_template("{value} for each map"),
)
POOL = replace(
    KERNEL,
    name="pool_size",
    title=message("Window"),
    explanation=message("Height and width of what is made one value"),
    default=2,
)
POOL_STRIDES = replace(STRIDES, default=None, none=message("as the window"))
KEEP_DIMS = Option(
    "keepdims",
    message("Keep axes"),
    message("Whether the result stays a map, of one pixel"),
    default=False,
    short=message_template("1×1 maps"),
)
EPSILON = Option(
    "epsilon",
    message("Epsilon"),
    message("Added to the variance, so that nothing is divided by zero"),
    0.001,
    1e-7,
    1.0,
    short=message_template("epsilon {value}"),
)
CENTER = Option(
    "center",
    message("Beta"),
    message("Whether a learned number is added"),
    default=True,
    short=message_template("no beta"),
)
SCALE = Option(
    "scale",
    message("Gamma"),
    message("Whether a learned number is multiplied by"),
    default=True,
    short=message_template("no gamma"),
)
RATE = Option(
    "rate",
    message("Rate"),
    message("Share of the values that are dropped while training"),
    0.2,
    0.0,
    0.95,
    step=0.05,
    training_only=True,
    always_shown=True,
)


def with_one_size(option: Option) -> Option:
    """Return the option with one number instead of two."""
    return replace(option, lengths=())
