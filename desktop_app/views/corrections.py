"""The user's corrections: saves them as samples and lets the model learn from them in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import UserError
from desktop_app.core.paths import adaptations_dir, my_samples_dir
from desktop_app.core.stopping import ShouldStop
from desktop_app.ink.page import Page
from desktop_app.jobs.background import Background
from desktop_app.jobs.latest_runner import Answer
from desktop_app.jobs.worker import Open, Worker
from desktop_app.views.controller import OpenNetwork

if TYPE_CHECKING:
    from desktop_app.data.learner import Learned
    from desktop_app.data.my_samples import MySample, RemovedSample
    from desktop_app.networks.last_layer import Adaptation

_Undo: TypeAlias = "MySample | tuple[RemovedSample, ...]"
"""A sample that was added, or samples that were removed."""


@dataclass(frozen=True, eq=False)
class _LearnRequest:
    """All samples to learn from."""

    samples: tuple[MySample, ...]


class Corrections(QObject):
    """Saves samples, learns from them, and can undo both.

    Samples are never lost: saving does not wait for learning, of which only the newest request counts.
    """

    samples_changed = Signal()
    """`samples` changed."""
    added = Signal(object)
    """A MySample that was saved; learning follows."""
    taken_back = Signal(object)
    """A MySample whose addition was undone; learning follows."""
    use_changed = Signal()
    """`is_on` changed."""
    learned = Signal(object)
    """What was learned from all samples: Learned, or the UserError why the model cannot learn."""
    adaptation_changed = Signal()
    """`adaptation` changed: what is shown has to be read again."""
    failed = Signal(object, str)
    """An exception, and the sentence to show if it is not a user error."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Start without a network."""
        super().__init__(parent)
        self._jobs, self._worker = Background(self), Worker(self)
        self._worker.answered.connect(self._show_learned)
        self._worker.failed.connect(self._learning_failed)
        self._network: OpenNetwork | None = None
        self._samples: tuple[MySample, ...] = ()
        self._undo: list[_Undo] = []
        self._result: Learned | UserError | None = None
        self._adaptation: Adaptation | None = None
        self._is_on = True
        self._has_learner = False

    @property
    def samples(self) -> tuple[MySample, ...]:
        """All samples, by label and then from the oldest to the newest."""
        return self._samples

    @property
    def result(self) -> Learned | UserError | None:
        """What was learned last by the current model, or why it cannot; None: nothing yet in this session."""
        return self._result

    @property
    def is_on(self) -> bool:
        """Whether the model reads with what it learned."""
        return self._is_on

    @property
    def adaptation(self) -> Adaptation | None:
        """What the current model reads with; None: its own weights."""
        return self._adaptation if self._is_on else None

    @property
    def has_learned(self) -> bool:
        """Whether the current model has learned something, even if it does not read with it now."""
        return self._adaptation is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a sample that was added or removed in this session."""
        return bool(self._undo)

    def set_on(self, is_on: bool) -> None:
        """Set whether the model reads with what it learned."""
        if is_on != self._is_on:
            self._is_on = is_on
            if self._adaptation is not None:
                self.adaptation_changed.emit()
            self.use_changed.emit()

    def set_network(self, network: OpenNetwork) -> None:
        """Learn for another model from now on; its `adaptation` is what it learned in earlier sessions."""
        self._worker.close()
        self._has_learner = False
        self._network, self._adaptation, self._result = network, network.adaptation, None
        self.reload()

    def reload(self) -> None:
        """List the samples; learn from them if the model has not learned anything from them yet."""
        self._run(_list, self._listed, self.tr("Could not read My samples."))

    def prepare(self) -> None:
        """Open the model for learning, so that the first correction is quick."""
        network = self._network
        if network is not None and network.last_layer is not None and not self._has_learner:
            self._worker.replace(_learner_of(network.folder))
            self._has_learner = True
            self._worker.start()

    def add(self, page: Page, label: str, saved: Callable[[MySample], None] = lambda _: None) -> None:
        """Save a page with its right label and learn from it.

        Args:
            page: ink or an image.
            label: empty if it is no character.
            saved: called with the sample.
        """
        self.prepare()

        def added(result: tuple[MySample, tuple[MySample, ...]]) -> None:
            self._added(*result)
            saved(result[0])

        self._run(lambda: _add(page, label), added, self.tr("Could not save the sample."))

    def remove(self, samples: Sequence[MySample]) -> None:
        """Delete samples and learn from the others."""
        chosen = tuple(samples)
        if chosen:
            self._run(lambda: _remove(chosen), self._removed, self.tr("Could not delete the samples."))

    def undo(self) -> None:
        """Undo the last addition or removal of samples."""
        if not self._undo:
            return
        last = self._undo[-1]
        if isinstance(last, tuple):
            self._undo.pop()
            self._run(lambda: _restore(last), self._changed, self.tr("Could not undo the last change."))
        else:
            self.take_back(last)

    def take_back(self, sample: MySample) -> None:
        """Undo the addition of a sample, also if it is not the last change; others are ignored."""
        if sample not in self._undo:
            return
        self._undo.remove(sample)
        self.taken_back.emit(sample)
        if sample in self._samples:
            self._run(
                lambda: _remove((sample,))[1], self._changed, self.tr("Could not undo the last change.")
            )
        else:
            self.samples_changed.emit()

    def export_samples(self, folder: Path, done: Callable[[], None]) -> None:
        """Copy all samples into an empty folder with one subfolder for each class, then call done()."""
        samples = self._samples
        self._run(
            lambda: _export(samples, folder, lambda: self._jobs.is_closed),
            lambda _: done(),
            self.tr("Could not export the samples."),
        )

    def export_learned(self, path: Path, done: Callable[[], None]) -> None:
        """Save what the model learned, then call done()."""
        adaptation = self._adaptation
        if adaptation is not None:
            self._run(
                lambda: _save(adaptation, path), lambda _: done(), self.tr("Could not save what was learned.")
            )

    def close(self) -> None:
        """Wait for all jobs."""
        self._jobs.close()
        self._worker.close()

    def _run(self, job: Callable[[], Any], done: Callable[[Any], None], sentence: str) -> None:
        self._jobs.run(job, done, lambda error: self.failed.emit(error, sentence))

    def _listed(self, samples: tuple[MySample, ...]) -> None:
        self._samples = samples
        self.samples_changed.emit()
        if samples and self._adaptation is None and self._result is None:
            self._learn()

    def _added(self, sample: MySample, samples: tuple[MySample, ...]) -> None:
        self._undo.append(sample)
        self.added.emit(sample)
        self._changed(samples)

    def _removed(self, result: tuple[tuple[RemovedSample, ...], tuple[MySample, ...]]) -> None:
        removed, samples = result
        self._undo.append(removed)
        self._changed(samples)

    def _changed(self, samples: tuple[MySample, ...]) -> None:
        self._samples = samples
        self.samples_changed.emit()
        self._learn()

    def _learn(self) -> None:
        """Learn from all samples; without any, what was learned is removed."""
        self.prepare()
        if self._has_learner:
            self._worker.request(_LearnRequest(self._samples))
        elif self._network is not None:
            self._report(_cannot_learn(self._network))

    def _show_learned(self, request: _LearnRequest, learned: Learned) -> None:
        if request.samples != self._samples:
            return
        had = self.adaptation
        self._adaptation = learned.adaptation
        if self.adaptation is not None or had is not None:
            self.adaptation_changed.emit()
        self._report(learned)

    def _learning_failed(self, request: _LearnRequest | None, error: Exception) -> None:
        if not isinstance(error, UserError):
            self.failed.emit(error, self.tr("Could not learn from the samples."))
            return
        if request is None and not self._samples:
            return
        self._report(error)

    def _report(self, result: Learned | UserError) -> None:
        self._result = result
        self.learned.emit(result)


def _cannot_learn(network: OpenNetwork) -> UserError:
    return UserError(
        "The model {title} cannot learn from corrections: its last layer is not dense with softmax.",
        title=network.info.title,
    )


# Imports are local because most sessions have no corrections, and Pillow is slow to import.


def _list() -> tuple[MySample, ...]:
    from desktop_app.data.my_samples import list_samples

    folder = my_samples_dir()
    return list_samples(folder) if folder.is_dir() else ()


def _add(page: Page, label: str) -> tuple[MySample, tuple[MySample, ...]]:
    from desktop_app.data.my_samples import add_sample

    return add_sample(my_samples_dir(), page, label), _list()


def _remove(samples: tuple[MySample, ...]) -> tuple[tuple[RemovedSample, ...], tuple[MySample, ...]]:
    from desktop_app.data.my_samples import remove_sample

    return tuple(remove_sample(sample) for sample in samples), _list()


def _restore(samples: tuple[RemovedSample, ...]) -> tuple[MySample, ...]:
    from desktop_app.data.my_samples import restore_sample

    for removed in samples:
        restore_sample(removed)
    return _list()


def _export(samples: tuple[MySample, ...], folder: Path, should_stop: ShouldStop) -> None:
    from desktop_app.data.my_samples import export_samples

    export_samples(samples, folder, should_stop)


def _save(adaptation: Adaptation, path: Path) -> None:
    from desktop_app.networks.last_layer import write_adaptation

    write_adaptation(path, adaptation)


def _learner_of(folder: Path) -> Open:
    """Return the function that opens a model for learning in the worker."""

    def open_worker(should_stop: ShouldStop) -> tuple[Any, Answer]:
        from desktop_app.data.learner import Learner

        learner = Learner(folder, adaptations_dir())
        return None, lambda request: learner.learn(request.samples, should_stop)

    return open_worker
