"""Reading of all characters of a page with a network for one character."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from desktop_app.ink.page import Page
from desktop_app.ink.strokes import Ink
from desktop_app.lines.candidates import Candidates, find_candidates
from desktop_app.lines.find_lines import PieceLine, find_lines
from desktop_app.lines.line_columns import LineColumns, LineImage
from desktop_app.lines.line_image import horizontal_scale, line_image
from desktop_app.lines.piece import MOST_BY_LINE, MOST_CANDIDATES, Division, Pieces, check_amount
from desktop_app.lines.pieces_of import pieces_of
from desktop_app.lines.read_line import read_line
from desktop_app.lines.restore_case import case_pairs, restore_case
from desktop_app.lines.text_edits import NO_EDITS, InkRange, TextEdits
from desktop_app.lines.text_reading import CharacterReading, Line, TextReading
from desktop_app.tasks.task import Task

Classify: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Returns the outputs, float32 (n, outputs), of model inputs, float32 (n, height, width, channels)."""

ReadColumns: TypeAlias = Callable[[LineImage], NDArray[np.float64]]
"""Runs a line network on the image of a line; returns (columns, labels + 1), logarithms of probabilities."""

LineProgress: TypeAlias = Callable[[int, int], None]
"""Called before each line of a long page with the numbers of the lines read and of all lines; it may raise
Stopped."""

_MOST_CACHED = 5 * MOST_CANDIDATES
_MOST_CACHED_LINES = 64


class TextReader:
    """Reads the characters of pages. Candidates with the same ink are classified only once."""

    def __init__(self, task: Task, classify: Classify, read_columns: ReadColumns | None = None) -> None:
        """Use a network.

        Args:
            task: a task with labels whose model inputs are prepared from ink.
            classify: runs the network.
            read_columns: runs a line network with the same labels; None without one.
        """
        self._task = task
        self._pairs = case_pairs(task)
        self._classify = classify
        self._read_columns = read_columns
        self._known: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()
        self._known_lines: OrderedDict[bytes, NDArray[np.float64]] = OrderedDict()
        self._base: tuple[Page, Pieces] | None = None
        self._edited: tuple[TextEdits, Pieces] | None = None

    def read(
        self, page: Page, edits: TextEdits = NO_EDITS, on_line: LineProgress | None = None
    ) -> TextReading:
        """Return the reading of a page with what the user has decided about it.

        Args:
            page: the page.
            edits: of the page.
            on_line: allows long pages, which are read line by line.

        Raises:
            UserError: there is too much ink.
            Stopped: on_line raised it.
        """
        started = time.perf_counter()
        most = MOST_CANDIDATES if on_line is None else MOST_BY_LINE
        pieces = self._pieces_of(page, edits, most)
        found = find_lines(pieces.items)
        lines = [find_candidates(line, pieces.items) for line in found]
        count = sum(int(line.is_valid.sum()) for line in lines)
        check_amount(count, most)
        if on_line is None or count <= MOST_CANDIDATES:
            outputs = self._outputs(pieces, lines)
        else:
            outputs = []
            for number, line in enumerate(lines):
                on_line(number, len(lines))
                outputs += self._outputs(pieces, [line])
        is_ink = isinstance(page, Ink)
        readings = tuple(
            self._read_line(of_pieces, line, values, self._columns(pieces, of_pieces), is_ink=is_ink)
            for of_pieces, line, values in zip(found, lines, outputs, strict=True)
        )
        return TextReading(readings, (time.perf_counter() - started) * 1000)

    def _read_line(
        self,
        pieces: PieceLine,
        candidates: Candidates,
        outputs: NDArray[np.float64],
        columns: NDArray[np.float64] | None,
        *,
        is_ink: bool,
    ) -> Line:
        """Return the reading of a line; arguments as of `read_line`."""
        labels, pairs = self._task.labels, self._pairs
        line = read_line(candidates, outputs, labels, pairs, columns, is_ink=is_ink)
        cased = restore_case(line, pieces.slope, pairs, labels)
        return replace(cased, paths=tuple(path.with_bounded_confidences() for path in cased.paths))

    def character_page(self, page: Page, edits: TextEdits, character: CharacterReading) -> Page:
        """Return a page with the ink of one character of a page, at its position."""
        return self._pieces_of(page, edits).page(character.pieces)

    def line_columns(self, page: Page, edits: TextEdits, character: CharacterReading) -> LineColumns | None:
        """Return what the line network says about the line of a character of a page; see `LineColumns`.

        None without a line network, and for lines without an image.
        """
        pieces = self._pieces_of(page, edits)
        line = next(each for each in find_lines(pieces.items) if character.pieces[0] in each.numbers)
        own = pieces.page(sorted(line.numbers))
        image = line_image(own, line.slope)
        columns = None if image is None else self._columns_of(image)
        if image is None or columns is None:
            return None
        left, scale = horizontal_scale(own, image)
        return LineColumns(image, np.exp(columns), self._task.labels, left, scale)

    def split(self, page: Page, edits: TextEdits, ranges: Sequence[InkRange], x: float | None) -> TextEdits:
        """Return the edits with one character divided in two where the labels are most probable.

        Args:
            page: the page.
            edits: of the page.
            ranges: the ink of the character.
            x: horizontal position on the page where to divide it; None: anywhere.
        """
        base = self._pieces_of(page, NO_EDITS)
        options = base.divisions(ranges, x)
        if not options:
            return edits
        return edits.with_characters(*max(options, key=lambda option: self._probability(base, option)))

    def _probability(self, base: Pieces, division: Division) -> float:
        """Return the probability of the most probable labels of both characters."""
        pieces = base.edited(TextEdits(division))
        numbers = [number for number, item in enumerate(pieces.items) if item.fixed is not None]
        inputs = pieces.model_inputs([[number] for number in numbers], self._task)
        outputs = self._classify(np.stack(inputs))[:, : len(self._task.labels)]
        return float(outputs.max(axis=1).prod())

    def _pieces_of(self, page: Page, edits: TextEdits, most: int = MOST_CANDIDATES) -> Pieces:
        """Return the pieces of a page; those of the last one are kept, with the last edits."""
        if self._base is None or self._base[0] is not page:
            self._base, self._edited = (page, pieces_of(page, most)), None
        if not edits:
            return self._base[1]
        if self._edited is None or self._edited[0] != edits:
            self._edited = edits, self._base[1].edited(edits)
        return self._edited[1]

    def _columns(self, pieces: Pieces, line: PieceLine) -> NDArray[np.float64] | None:
        """Return what the line network says about a line; None without one, and for very long lines."""
        if self._read_columns is None:
            return None
        image = line_image(pieces.page(sorted(line.numbers)), line.slope)
        return None if image is None else self._columns_of(image)

    def _columns_of(self, image: LineImage) -> NDArray[np.float64] | None:
        """Return what the line network says about the image of a line; None without one."""
        if self._read_columns is None:
            return None
        key = image.tobytes()
        if key not in self._known_lines:
            self._known_lines[key] = self._read_columns(image)
        self._known_lines.move_to_end(key)
        while len(self._known_lines) > _MOST_CACHED_LINES:
            self._known_lines.popitem(last=False)
        return self._known_lines[key]

    def _outputs(self, pieces: Pieces, lines: Sequence[Candidates]) -> list[NDArray[np.float64]]:
        """Return the outputs of the network for the candidates of each line, (n, 8, outputs)."""
        keys: list[list[bytes]] = []
        unknown: dict[bytes, list[int]] = {}
        for line in lines:
            keys.append([])
            for start, length in np.argwhere(line.is_valid).tolist():
                numbers = sorted(line.numbers[start : start + length + 1])
                key = b"".join(pieces.items[number].key for number in numbers)
                keys[-1].append(key)
                if key not in self._known:
                    unknown[key] = numbers
        if unknown:
            inputs = pieces.model_inputs(list(unknown.values()), self._task)
            self._known.update(zip(unknown, self._classify(np.stack(inputs)), strict=True))
        results = []
        for line, of_line in zip(lines, keys, strict=True):
            values = np.zeros((*line.is_valid.shape, *self._task.output_shape))
            values[line.is_valid] = [self._output(key) for key in of_line]
            results.append(values)
        while len(self._known) > _MOST_CACHED:
            self._known.popitem(last=False)
        return results

    def _output(self, key: bytes) -> NDArray[np.float32]:
        """Return the output of a known candidate and mark it as used."""
        self._known.move_to_end(key)
        return self._known[key]
