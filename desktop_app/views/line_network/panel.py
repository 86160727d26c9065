"""The panel of the line network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from desktop_app.tasks.reading import probability_text
from desktop_app.views.canvas.shown_text import ShownText
from desktop_app.views.line_network.columns_view import ColumnsView, probability_scale
from desktop_app.views.line_network.text_table import TextTable
from desktop_app.views.panel import Panel
from desktop_app.views.parts.caption import Caption
from desktop_app.views.parts.legend import Legend
from desktop_app.views.parts.theme import STEP

if TYPE_CHECKING:
    from desktop_app.networks.graph import Graph
    from desktop_app.networks.network_info import NetworkInfo

_WIDE = 3.2
"""Ratio of width to height from which the texts are beside the columns instead of below."""

_NAMED = 0.01
"""Smallest probability of a label that is named for a column."""

_MOST_NAMED = 4


class LineNetworkPanel(Panel):
    """The columns of a line, a caption for one of them, and the probable texts."""

    character_chosen = Signal(int)
    """Index of the character of the text whose column the user has selected."""

    def __init__(self) -> None:
        """Start without a line."""
        super().__init__()
        self._text: ShownText | None = None
        self._caption, self._legend = Caption(), Legend()
        self._view, self._table = ColumnsView(), TextTable()
        self._content = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._view.pointed_at.connect(self._point)
        self._view.chosen.connect(self._choose)
        self._lay_out()
        self.clear()

    # --- contents ---

    def set_network(self, info: NetworkInfo, graph: Graph) -> None:
        """Discard the line of the previous network."""
        self.clear()

    def show_text(self, text: ShownText) -> None:
        """Show the line of the selected character; the text has columns."""
        columns = text.columns
        assert columns is not None
        self._text = text
        first, line = text.line
        spans = [columns.columns_of(character.box) for character in line.characters]
        self._view.set_line(columns, spans, text.selected - first)
        self._table.set_paths(line.paths)
        self._legend.set_scale(probability_scale())
        self._show_side(True)
        self._update_caption()

    def show_hint(self, hint: str) -> None:
        """Show why there is no line."""
        self._text = None
        self._view.set_hint(hint)
        self._table.set_paths(())
        self._legend.set_scale(None)
        self._show_side(False)
        self._update_caption()

    def clear(self) -> None:
        """Show nothing, until a line or a hint is known."""
        self.show_hint("")

    def caption(self) -> str:
        """Return the text about the columns, or about the one that is pointed at or selected."""
        return self._caption.text()

    def exported_widget(self) -> QWidget:
        """Return the columns."""
        return self._view

    def numbers(self) -> Mapping[str, NDArray[Any]]:
        """Return image and probabilities of the line, the texts, and their probabilities.

        The columns of `text_probabilities` are by the paths, by the line network, and by both.
        """
        columns = self._view.columns
        if self._text is None or columns is None:
            return {}
        _, line = self._text.line
        return {
            "image": columns.image,
            "probabilities": columns.probabilities,
            "labels": np.array([*columns.labels, ""]),
            "texts": np.array([path.text for path in line.paths]),
            "text_probabilities": np.array(
                [(path.of_paths, path.of_columns or 0.0, path.probability) for path in line.paths]
            ),
        }

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the texts where they leave more room for the columns."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_wide = self.width() > _WIDE * self.height()
        self._content.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)

    def _show_side(self, shown: bool) -> None:
        self._table.setVisible(shown)
        self._legend.setVisible(shown)

    # --- columns ---

    def _point(self, column: int | None) -> None:
        self._view.set_pointed(column)
        self._update_caption()

    def _choose(self, column: int) -> None:
        """Describe a column, and select its character in all views."""
        self._update_caption()
        number = self._view.character_at(column)
        if self._text is None or number is None:
            return
        first, _ = self._text.line
        if first + number != self._text.selected:
            self.character_chosen.emit(first + number)

    def _update_caption(self) -> None:
        text = self._caption_text()
        self._caption.set_text(text)
        if self._view.columns is not None:
            self._view.setAccessibleDescription(text)

    def _caption_text(self) -> str:
        """Describe the column that is pointed at or selected, or what the columns are."""
        columns, column = self._view.columns, self._view.described
        if columns is None:
            return ""
        if column is None:
            if columns.has_directions:
                return self.tr(
                    "Probability of each label in each column of 4 pixels. Colours: directions of the pen."
                )
            return self.tr("Probability of each label in each column of 4 pixels.")
        shares = columns.probabilities[column]
        order = [label for label in np.argsort(-shares).tolist() if shares[label] >= _NAMED][:_MOST_NAMED]
        names = (*columns.labels, self.tr("no label"))
        return self.tr("Column {column} of {count}: {labels}").format(
            column=column + 1,
            count=columns.count,
            labels=", ".join(f"{names[label]} {probability_text(float(shares[label]))}" for label in order),
        )

    # --- layout ---

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(STEP)
        side.addWidget(self._table)
        side.addWidget(self._legend, 0, Qt.AlignmentFlag.AlignLeft)
        side.addStretch(1)
        self._content.setSpacing(2 * STEP)
        self._content.addWidget(self._view, 1)
        self._content.addLayout(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        layout.setSpacing(STEP // 2)
        layout.addWidget(self._caption)
        layout.addLayout(self._content, 1)
