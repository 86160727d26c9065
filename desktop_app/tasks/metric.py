"""Metrics of networks."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.messages import Message, message


@dataclass(frozen=True)
class Metric:
    """A measure of the quality of a network.

    Attributes:
        name: name in Keras, e.g. "accuracy"; in results with the prefix "val_" or "test_".
        title: name for users.
        is_share: whether values are in 0..1 and shown in per cent.
        higher_is_better: whether a larger value is better.
    """

    name: str
    title: Message
    is_share: bool
    higher_is_better: bool


LOSS = Metric("loss", message("Loss"), is_share=False, higher_is_better=False)
ACCURACY = Metric("accuracy", message("Accuracy"), is_share=True, higher_is_better=True)
PSNR = Metric("psnr", message("PSNR (dB)"), is_share=False, higher_is_better=True)
