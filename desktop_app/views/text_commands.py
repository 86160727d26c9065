"""Commands of the user about the text on the canvas, which wait while the page is being read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

Command = Callable[[], None]


class TextCommands:
    """Runs commands in the order in which they were given, each once everything before it has been read.

    So a key that is typed faster than a page is read is for the character that is selected by then.
    """

    def __init__(self, move: Callable[[int], None]) -> None:
        """Start without commands; move: selects the character some characters after the selected one."""
        self._move = move
        self._waiting: deque[Command | int] = deque()
        self._is_reading = False

    def run(self, command: Command) -> None:
        """Run a command now, or when the page has been read."""
        self._add(command)

    def select(self, command: Command) -> None:
        """Run a command that selects a character now, or after the commands that wait."""
        if self._waiting:
            self._add(command)
        else:
            command()

    def move(self, step: int) -> None:
        """Move the selection by some characters; equal moves that wait become one, such as of a held key."""
        self._add(step)

    def set_reading(self, is_reading: bool) -> None:
        """Set whether the page is being read; if not, run what waits until a command has it read again."""
        self._is_reading = is_reading
        self._run_waiting()

    def clear(self) -> None:
        """Drop the commands that wait: they are about another page."""
        self._waiting.clear()

    def _add(self, command: Command | int) -> None:
        self._waiting.append(command)
        self._run_waiting()

    def _run_waiting(self) -> None:
        while self._waiting and not self._is_reading:
            command = self._waiting.popleft()
            if not isinstance(command, int):
                command()
                continue
            count = 1
            while self._waiting and self._waiting[0] == command:
                self._waiting.popleft()
                count += 1
            self._move(count * command)
