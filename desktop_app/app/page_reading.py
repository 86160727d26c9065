"""Reading of the page on the canvas with the chosen model, whenever one of the two changes."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.app.settings_store import SettingsStore
from desktop_app.app.text_editing import TextEditing
from desktop_app.app.window.main_window import MainWindow
from desktop_app.app.window.message_bar import MessageAction
from desktop_app.core.errors import UserError, shown_name
from desktop_app.core.messages import Message
from desktop_app.core.settings import Settings
from desktop_app.ink.page import Page
from desktop_app.ink.picture import Picture
from desktop_app.jobs.worker import Worker
from desktop_app.lines.acceptance import judge_text
from desktop_app.lines.line_model import AcceptanceLevel, level_for
from desktop_app.lines.text_edits import NO_EDITS, InkRange
from desktop_app.tasks.character_sets import CHARACTER_SETS, CharacterSet
from desktop_app.tasks.kinds import task_kind
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.controller import OpenNetwork
from desktop_app.views.parts.messages import translated
from desktop_app.views.reading.reader import PageAnswer, ReadRequest, reader_of

_NOTICEABLE_MS = 400
"""Time after which an image counts as being read; the answer to another page is removed."""


class PageReading(QObject):
    """Sends pages to a worker that has the model open, and shows its answers in the window."""

    opened = Signal(object)
    """The OpenNetwork of a model that has been opened, before it is shown."""

    def __init__(self, window: MainWindow, store: SettingsStore) -> None:
        """Read with the model of the settings once the window is shown."""
        super().__init__(window)
        self._window, self._canvas, self._store = window, window.canvas, store
        self._drawing = 0
        self._awaited: ReadRequest | None = None
        self._selected: tuple[InkRange, ...] = ()
        self._edits = NO_EDITS
        self._announces, self._model_before, self._is_closed = False, "", False
        self._network: OpenNetwork | None = None
        self._shown: OpenNetwork | None = None
        self._waiting = QTimer(self, singleShot=True, interval=_NOTICEABLE_MS)
        self._waiting.timeout.connect(self._show_waiting)
        self._reader = Worker(self, reader_of(self.model))
        self._reader.opened.connect(self._network_opened)
        self._reader.answered.connect(self._answered)
        self._reader.failed.connect(self._failed)
        self._show_settings()
        self._connect()

    @property
    def model(self) -> str:
        """Name of the chosen model."""
        return self._store.value.model

    @property
    def network(self) -> OpenNetwork | None:
        """The network that was opened last; None before the first one is open."""
        return self._network

    def use_model(self, model: str) -> None:
        """Use another model and read the canvas with it, unless the window is closed."""
        if self._is_closed:
            return
        self._reader.replace(reader_of(model))
        self._shown = None
        self._store.change(model=model)
        self._window.context.characters.set(self._character_set())
        self._reader.start()
        self._read_again()

    def announce_model(self, model: str) -> None:
        """Use a model of the library and announce it, with the way back to the model before."""
        self._announces, self._model_before = True, self.model
        self.use_model(model)

    def list_models(self) -> None:
        """List the library again, which opening a model does."""
        self.use_model(self.model)

    def _show_settings(self) -> None:
        settings, context = self._store.value, self._window.context
        self._window.text_actions.set_grouping(settings.grouping)
        context.level.set(level_for(settings.most_wrong))
        context.characters.set(self._character_set())
        context.corrections.set_on(settings.uses_corrections)

    def _connect(self) -> None:
        window, canvas, context = self._window, self._canvas, self._window.context
        window.shown.connect(self._start)
        window.text_actions.grouping_chosen.connect(self._choose_grouping)
        window.closed.connect(self._close)
        canvas.pen_moved.connect(self._read)
        canvas.page_changed.connect(self._read_changed_page)
        canvas.edits_changed.connect(self._read_edited_page)
        canvas.history_moved.connect(context.text_commands.clear)
        context.model_requested.connect(self.use_model)
        context.library_changed.connect(self.list_models)
        context.page_requested.connect(self._read_instead)
        context.character_requested.connect(self._read_character)
        context.split_requested.connect(self._split_character)
        context.characters.changed.connect(self._choose_characters)
        context.level.changed.connect(self._choose_level)
        context.shows_columns.changed.connect(self._read_columns)
        context.corrections.adaptation_changed.connect(self._show_adapted)
        context.corrections.use_changed.connect(self._save_use_of_corrections)
        TextEditing(canvas, context, self).edited.connect(self._read_character)

    def _close(self) -> None:
        """End the worker; the dialog of models may still rename one when it is closed."""
        self._is_closed = True
        self._waiting.stop()
        self._reader.close()

    # --- pages ---

    def _start(self) -> None:
        self._reader.start()
        if not self._canvas.is_empty:
            self._request_page()

    def _read_changed_page(self) -> None:
        """Read the page; an image replaces another page, while a stroke only adds to it."""
        self._window.context.text_commands.clear()
        self._selected = ()
        self._read_again()
        self._waiting.stop()
        if isinstance(self._canvas.page, Picture) and self._reader.is_working:
            self._waiting.start()

    def _read(self, page: Page) -> None:
        """Read the page with a stroke that is being drawn."""
        self._window.context.text_commands.clear()
        self._selected = ()
        self._request(ReadRequest(page, self._drawing))

    def _read_edited_page(self) -> None:
        """Read the page with other edits, and select the first character that they have changed."""
        before, now = self._edits.characters, self._canvas.edits.characters
        changed = [each for each in now if each not in before] or [each for each in before if each not in now]
        if changed:
            self._selected = changed[0].ranges
        self._read_again()

    def _read_again(self) -> None:
        """Read the page and discard answers to earlier requests; the same character stays selected."""
        self._drawing += 1
        self._request_page()

    def _request_page(self) -> None:
        self._request(ReadRequest(self._canvas.page, self._drawing, self._selected))

    def _read_instead(self, page: Page) -> None:
        """Read a page in place of that of the canvas, once that has been read."""
        inspected = self._canvas.inspected_page

        def read() -> None:
            if self._canvas.inspected_page is inspected:
                self._request(ReadRequest(page, self._drawing, is_whole=False))

        self._window.context.text_commands.run(read)

    def _read_character(self, number: int) -> None:
        """Show a character of the text in all views."""
        if (text := self._window.context.text.value) is not None:
            self._selected = text.reading.characters[number].ranges
        self._request_page()

    def _read_columns(self, shown: bool) -> None:
        """Read the text again with what the line network says once a view shows that."""
        text = self._window.context.text.value
        if shown and text is not None:
            self._read_character(text.selected)

    def _split_character(self, number: int, x: float | None) -> None:
        """Divide a character of the text in two."""
        text = self._window.context.text.value
        ranges = () if text is None else text.reading.characters[number].ranges
        self._request(ReadRequest(self._canvas.page, self._drawing, ranges, split=(ranges, x)))

    def _request(self, request: ReadRequest) -> None:
        characters, edits = self._window.context.characters.value, self._canvas.edits
        layer = None if self._shown is None else self._shown.adapted_layer
        request = dataclasses.replace(
            request,
            characters=characters,
            edits=edits,
            last_layer=layer,
            with_columns=self._window.context.shows_columns.value,
        )
        if request.is_whole:
            self._awaited, self._edits = request, edits
            self._window.context.text_commands.set_reading(True)
        self._reader.request(request)

    def _answered(self, request: ReadRequest, answer: PageAnswer) -> None:
        if request.drawing != self._drawing:
            return
        self._end_waiting()
        if request.split is not None:
            self._show_division(request, answer)
            return
        if request.is_whole:
            self._window.show_text(self._shown_text(request.page, answer))
        self._window.show_observation(answer.page, answer.observation)
        if request is self._awaited:
            self._end_reading(() if answer.text is None else answer.text.characters[answer.selected].ranges)

    def _end_reading(self, selected: tuple[InkRange, ...]) -> None:
        """Run the commands that wait for the text; selected: ink of the selected character."""
        self._awaited, self._selected = None, selected
        self._window.context.text_commands.set_reading(False)

    def _show_waiting(self) -> None:
        """Remove the answer to another page."""
        self._window.show_text(None)
        self._window.context.is_reading.set(True)

    def _end_waiting(self) -> None:
        self._waiting.stop()
        self._window.context.is_reading.set(False)

    def _shown_text(self, page: Page, answer: PageAnswer) -> ShownText | None:
        text = answer.text
        if text is None:
            return None
        verdict = judge_text(text, self._window.context.level.value)
        grouping = self._store.value.grouping
        labels = () if self._network is None else self._network.info.task.label_index
        return ShownText(page, text, verdict, answer.selected, answer.page, grouping, answer.columns, labels)

    def _show_division(self, request: ReadRequest, answer: PageAnswer) -> None:
        """Keep a division, which can be undone, and read with it."""
        if answer.edits == request.edits:
            self._window.messages.show(self.tr("This character cannot be split."))
            # The request may have replaced one to read a new page.
            self._request_page()
        else:
            self._canvas.set_edits(answer.edits)

    def _failed(self, request: ReadRequest | None, error: Exception) -> None:
        self._end_waiting()
        if request is not None and request is self._awaited:
            self._window.context.text_commands.clear()
            self._end_reading(self._selected)
        default, model = Settings().model, self.model
        if request is None and model != default:
            # The user's model may be missing or broken.
            self.use_model(default)
            text = self.tr(
                "The model “{model}” cannot be opened; the program reads with “{default}” instead."
            )
            sentence = text.format(model=shown_name(model), default=default)
            details = translated(error) if isinstance(error, UserError) else str(error)
            self._window.messages.show(sentence, details, is_error=True, stays=True)
            return
        # Without a network nothing is read, so the message stays.
        self._window.messages.show_error(error, self.tr("Could not read the drawing."), stays=request is None)

    # --- models ---

    def _network_opened(self, network: OpenNetwork) -> None:
        self._network = network
        self.opened.emit(network)
        corrections = self._window.context.corrections
        corrections.set_network(network)
        self._show_network()
        if corrections.adaptation is not None:
            self._read_again()
        if self._announces:
            self._announces = False
            self._window.messages.show(
                self._announcement(network), outlasts_page=True, action=self._undo_of(network)
            )

    def _show_network(self) -> None:
        """Show the network with what it learned from corrections."""
        assert self._network is not None
        self._shown = self._network.adapted(self._window.context.corrections.adaptation)
        self._window.show_network(self._shown, self._store.value.layer)

    def _announcement(self, network: OpenNetwork) -> str:
        title = network.info.title
        accuracy = None if network.card is None else network.card.test_accuracy
        model = self.tr("“{title}”").format(title=title)
        if accuracy is not None:
            model = self.tr("“{title}” ({accuracy} % on its test set)").format(
                title=title, accuracy=f"{100 * accuracy:.1f}"
            )
        return translated(Message(task_kind(network.info.task).texts.in_use, {"model": model}))

    def _undo_of(self, network: OpenNetwork) -> MessageAction | None:
        """Return the action that reads with the model before this one; None if there is none."""
        before = self._model_before
        if before == self.model or before not in {entry.name for entry in network.library}:
            return None
        return MessageAction(self.tr("Undo"), lambda: self.announce_model(before))

    def _show_adapted(self) -> None:
        """Read the canvas with what was learned, or without it, unless another model is being opened."""
        if self._shown is not None:
            self._show_network()
            self._read_again()

    # --- choices that are kept ---

    def _choose_grouping(self, grouping: str) -> None:
        self._store.change(grouping=grouping)
        if (text := self._window.context.text.value) is not None:
            self._window.show_text(dataclasses.replace(text, grouping=grouping))

    def _choose_characters(self, characters: str) -> None:
        """Read with a set of characters, and remember it for the model."""
        sets = dict(self._store.value.character_sets)
        if characters != sets.pop(self.model, "all"):
            if characters != "all":
                sets[self.model] = characters
            self._store.change(character_sets=sets)
            self._read_again()

    def _character_set(self) -> CharacterSet:
        """Return the set of characters that was last chosen for the model."""
        stored = self._store.value.character_sets.get(self.model, "all")
        return next((name for name in CHARACTER_SETS if name == stored), "all")

    def _choose_level(self, level: AcceptanceLevel) -> None:
        """Judge the text on the canvas at another level of acceptance."""
        self._store.change(most_wrong=level.wrong)
        if (text := self._window.context.text.value) is not None:
            verdict = judge_text(text.reading, level)
            self._window.show_text(dataclasses.replace(text, verdict=verdict))

    def _save_use_of_corrections(self) -> None:
        is_on = self._window.context.corrections.is_on
        if is_on != self._store.value.uses_corrections:
            self._store.change(uses_corrections=is_on)
