"""Metrics: what is measured of a network, as values that events, curves and tables carry by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One figure of a network's quality.

    Attributes:
        name: Keras' name, e.g. "accuracy"; "val_" or "test_" before it names the samples.
        title: what people see.
        is_share: whether it lies in 0..1 and is shown in per cent; otherwise it is a plain number.
        higher_is_better: whether a larger value is the better one.
    """

    name: str
    title: str
    is_share: bool
    higher_is_better: bool


LOSS = Metric("loss", "Loss", is_share=False, higher_is_better=False)
ACCURACY = Metric("accuracy", "Accuracy", is_share=True, higher_is_better=True)
PSNR = Metric("psnr", "PSNR (dB)", is_share=False, higher_is_better=True)
