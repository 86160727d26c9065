"""Learning of one model from the user's samples: reads them, fits the last layer, stores the result."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.errors import UserError
from desktop_app.core.messages import Message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.my_samples import NO_CHARACTER, MySample
from desktop_app.data.sources.page_file import PageFile
from desktop_app.networks.feature_bank import read_bank
from desktop_app.networks.last_layer import Adaptation, adaptation_path, last_layer, write_adaptation
from desktop_app.networks.model_folder import WEIGHTS_FILE
from desktop_app.networks.recognizer import open_recognizer
from desktop_app.networks.refit import MOST_SAMPLES, Refit, RefitFigures
from desktop_app.networks.weights import read_weights


@dataclass(frozen=True, eq=False)
class Learned:
    """What a model learned from samples.

    Attributes:
        adaptation: weights of the last layer; None if nothing was learned.
        figures: of the fit.
        outcome: one sentence on what was learned, or why not.
        contradictions: pairs of samples that look alike and have different labels.
    """

    adaptation: Adaptation | None
    figures: RefitFigures
    outcome: Message
    contradictions: tuple[tuple[MySample, MySample], ...] = ()


class Learner:
    """Learns for one model. Use it only in the thread that created it."""

    def __init__(self, model: Path, adaptations: Path) -> None:
        """Open a model and its feature bank.

        Args:
            model: folder of the model.
            adaptations: folder for what models learned; created if needed.

        Raises:
            UserError: the model is damaged or cannot learn from corrections.
        """
        self._recognizer = open_recognizer(model)
        card = self._recognizer.card
        self._layer = last_layer(card.info, read_weights(model, card))
        self._refit = Refit(self._layer, read_bank(model, card), card.files[WEIGHTS_FILE])
        self._file = adaptation_path(adaptations, card)
        self._features: dict[Path, NDArray[np.float32] | None] = {}

    def learn(self, samples: Sequence[MySample], should_stop: ShouldStop) -> Learned:
        """Fit the last layer to samples, and store the result in place of the last one.

        Samples that cannot be read, and those with labels that the model does not have, are not used.

        Args:
            samples: all samples of the user.
            should_stop: called often.

        Raises:
            UserError: the result cannot be stored.
            Stopped: should_stop() returned True.
        """
        newest = sorted(samples, key=lambda sample: sample.path.name)[-MOST_SAMPLES:]
        used, rows, classes = [], [], []
        for sample in newest:
            raise_if_stopped(should_stop)
            output = self._class_of(sample.label)
            features = None if output is None else self._features_of(sample.path)
            if output is not None and features is not None:
                used.append(sample)
                rows.append(features)
                classes.append(output)
        kept = {sample.path for sample in newest}
        self._features = {path: features for path, features in self._features.items() if path in kept}
        shape = (len(rows), len(self._layer.kernel))
        result = self._refit.learn(np.array(rows, np.float32).reshape(shape), np.array(classes, np.int64))
        if result.adaptation is not None:
            write_adaptation(self._file, result.adaptation)
        else:
            _remove_adaptation(self._file)
        pairs = tuple((used[first], used[second]) for first, second in result.contradictions)
        return Learned(result.adaptation, result.figures, result.outcome, pairs)

    def _class_of(self, label: str) -> int | None:
        """Return the output of a label; None if the model has none."""
        task = self._recognizer.info.task
        if label == NO_CHARACTER:
            return len(task.labels) if task.rejects else None
        return task.label_index.get(label)

    def _features_of(self, path: Path) -> NDArray[np.float32] | None:
        """Return the features of a sample; None if it cannot be read."""
        if path not in self._features:
            features = None
            with contextlib.suppress(UserError):
                features = self._recognizer.observe(PageFile(path).page()).activations.get(
                    self._layer.features
                )
            self._features[path] = features
        return self._features[path]


def _remove_adaptation(file: Path) -> None:
    """Delete what a model learned, if there is anything."""
    with contextlib.suppress(OSError):
        file.unlink()
