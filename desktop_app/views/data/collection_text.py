"""Sentences about the samples of a recipe."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject

from desktop_app.data.collection import Collection
from desktop_app.data.source_summary import SourceSummary


class CollectionText(QObject):
    """Makes the sentences; a QObject, because only those translate plurals."""

    def of_collection(self, collection: Collection) -> str:
        """Return the numbers of the samples and how they are split."""
        parts = [
            self.tr("{count} samples").format(count=f"{len(collection):,}"),
            self.tr("%n class(es)", "", len(collection.classes)),
        ]
        writers = sum(len(np.unique(s.writers)) for s in collection.sources if s.writers is not None)
        by_writer = [source.writers is not None for source in collection.sources]
        if writers:
            parts.append(self.tr("%n writer(s)", "", writers))
        if all(by_writer):
            parts.append(self.tr("split by writer"))
        elif not any(by_writer):
            parts.append(self.tr("stratified split"))
        else:
            parts.append(self.tr("split by writer where known, otherwise stratified"))
        if collection.left_out:
            left = self.tr("{count} with other labels excluded")
            parts.append(left.format(count=f"{collection.left_out:,}"))
        return " · ".join(parts)

    def of_mixture(self, summaries: Sequence[SourceSummary]) -> str:
        """Return what to do if colour images and other samples have no class in common; empty otherwise."""
        colour = [summary for summary in summaries if summary.is_colour]
        others = [summary for summary in summaries if not summary.is_colour]
        labels = {label for summary in others for label in summary.labels}
        if not colour or not others or any(not labels.isdisjoint(each.labels) for each in colour):
            return ""
        text = self.tr(
            "The colour images of {colour} have other classes than {other}. To train on one of them alone, "
            "remove the other source."
        )
        return text.format(colour=colour[0].title, other=others[0].title)
