"""Tab with the files and rows of the sources that are left out, whole or in part, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem

from desktop_app.data.sources.source_set import LeftOut, SourceSet
from desktop_app.views.parts.messages import translated

_MOST_ROWS = 1000


class LeftOutTab(QTreeWidget):
    """Lists files and rows of tables with the reason why they, or pages of them, are not used."""

    def __init__(self) -> None:
        """Create an empty list."""
        super().__init__()
        self.setObjectName("left_out")
        self.setAccessibleName(self.tr("Left-out samples"))
        self.setHeaderLabels([self.tr("File or row"), self.tr("Reason")])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def set_sources(self, sources: Sequence[SourceSet]) -> int:
        """Show what is left out of sources, at most 1000; return how many samples that is."""
        self.clear()
        files = [file for source in sources for file in source.left_out]
        for file in files[:_MOST_ROWS]:
            text = [file.file, translated(file.reason)]
            item = QTreeWidgetItem(text)
            for column, each in enumerate(text):
                item.setToolTip(column, each)
            self.addTopLevelItem(item)
        if len(files) > _MOST_ROWS:
            more = self.tr("%n more sample(s)", "", _samples(files[_MOST_ROWS:]))
            self.addTopLevelItem(QTreeWidgetItem([more]))
        self.resizeColumnToContents(0)
        self.setColumnWidth(0, min(self.columnWidth(0), 30 * self.fontMetrics().averageCharWidth()))
        return _samples(files)


def _samples(files: Sequence[LeftOut]) -> int:
    return sum(file.samples for file in files)
