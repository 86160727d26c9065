"""The progress of the preparation of samples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from desktop_app.core.errors import shown_list
from desktop_app.core.messages import Message, message
from desktop_app.core.stopping import ShouldStop, raise_if_stopped
from desktop_app.data.sources.source_set import SourceSet
from desktop_app.data.split import Split
from desktop_app.runs.training_events import Emit, PreparationProgress, SamplesLeftOut

_Item = TypeVar("_Item")


class PreparationReporter:
    """Reports the steps of a preparation, and raises Stopped if it is to stop."""

    def __init__(self, emit: Emit, should_stop: ShouldStop, steps: int) -> None:
        """Report so many steps to emit(); should_stop() is called often."""
        self._emit, self._should_stop = emit, should_stop
        self._steps, self._done = steps, 0

    def step(self, text: Message) -> None:
        """Begin a step."""
        raise_if_stopped(self._should_stop)
        self._emit(PreparationProgress(self._done, self._steps, text))
        self._done += 1

    def step_detail(self, text: Message) -> None:
        """Report more about the current step."""
        self._emit(PreparationProgress(self._done - 1, self._steps, text))

    def forward(self, event: object) -> None:
        """Report the text of an event of a source, without its number of steps."""
        if isinstance(event, PreparationProgress):
            self._emit(replace(event, step=self._done - 1, steps=self._steps))

    def left_out(self, source: SourceSet) -> None:
        """Report what is left out of a source, if anything is."""
        if source.left_out:
            files = tuple((each.file, each.reason) for each in source.left_out)
            self._emit(SamplesLeftOut(source.title, files))

    def unused_labels(self, source: SourceSet, split: Split, used: Split) -> None:
        """Report the labels of a source whose samples are not used, if there are any."""
        rows, used_rows = (np.concatenate((s.training, s.validation, s.test)) for s in (split, used))
        if count := len(rows) - len(used_rows):
            labels = shown_list(np.unique(source.labels[np.setdiff1d(rows, used_rows)]).tolist())
            reason = message("The recipe does not use these labels (samples: {count:,}).", count=count)
            self._emit(SamplesLeftOut(source.title, ((labels, reason),)))

    def each(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """Yield the items, and check before each whether to stop; decoding a photo takes long."""
        for item in items:
            raise_if_stopped(self._should_stop)
            yield item
