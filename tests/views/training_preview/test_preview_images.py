from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop_app.views.training_preview.answer import Answer
from desktop_app.views.training_preview.image_answer import ImageAnswer
from desktop_app.views.training_preview.panel import TrainingPreviewPanel
from desktop_app.views.training_preview.snapshots import (
    ImageHistory,
    PreviewSnapshot,
    snapshot_of,
    with_drawing,
)
from tests.finding import child
from tests.views.enlargements import TASK, observed, open_network
from tests.views.training_preview.preview_panels import (
    answer_of,
    band_of,
    progress_of,
    refresh,
    run_with,
)

ENLARGER = open_network(TASK)


def enlarged_snapshot(epoch: int, share: float = 1.0) -> PreviewSnapshot:
    """Return a snapshot whose output is a share of the enlarged input."""
    prepared = observed(TASK).prepared
    assert prepared is not None
    snapshot = with_drawing(
        snapshot_of(epoch, ENLARGER.graph), ENLARGER.graph, prepared.model_input, prepared.original
    )
    assert snapshot.image is not None
    return replace(snapshot, image=snapshot.image * np.float32(share))


def images_of(*shades: int, complete: bool = True) -> ImageHistory:
    """Return outputs of epochs, each of one shade of grey."""
    images = np.stack([np.full((16, 16, 1), shade, np.uint8) for shade in shades])
    return ImageHistory(np.arange(len(shades)), images, complete)


@pytest.fixture
def enlarging(panel: TrainingPreviewPanel) -> TrainingPreviewPanel:
    """Return a panel with a run of three epochs of a network that enlarges."""
    panel.start_run(progress_of(info=ENLARGER.info))
    panel.set_progress(progress_of(0, 1, 2, info=ENLARGER.info))
    panel.set_snapshot(enlarged_snapshot(2))
    panel.set_history(images_of(40, 120, 240))
    refresh(panel)
    return panel


def test_an_output_image_is_shown_with_its_psnr(enlarging: TrainingPreviewPanel) -> None:
    answer = child(enlarging, ImageAnswer)
    assert answer.isVisible()
    assert not child(enlarging, Answer).isVisible()
    numbers = enlarging.numbers()
    error = np.square(numbers["image"] - numbers["original"]).mean()
    assert answer.text() == f"PSNR {-10 * np.log10(error):.1f} dB"
    assert answer.accessibleDescription() == answer.text()
    before = answer.grab().toImage()
    enlarging.set_snapshot(enlarged_snapshot(2, 0.5))
    refresh(enlarging)
    assert answer.grab().toImage() != before


def test_the_band_shows_the_output_of_every_epoch(enlarging: TrainingPreviewPanel) -> None:
    band = band_of(enlarging)
    image = band.grab().toImage()
    # The image of the selected, newest epoch is left of the handle; later ones are not faded.
    assert image.pixelColor(round(band.x_of(1)), band.height() // 2).red() == 120
    assert image.pixelColor(round(band.x_of(2)) - 8, band.height() // 2).red() == 240
    np.testing.assert_array_equal(enlarging.numbers()["images_by_epoch"][:, 0, 0, 0], [40, 120, 240])
    enlarging.set_history(images_of(40, 120, 240, complete=False))
    refresh(enlarging)
    assert band.grab().toImage().pixelColor(round(band.x_of(1)), band.height() // 2).red() != 120


def test_without_a_drawing_there_is_a_hint_instead_of_an_output(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(snapshot_of(2, ENLARGER.graph))
    enlarging.set_history(None)
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text() == "Draw something to see the output."
    assert "images_by_epoch" not in enlarging.numbers()


def test_an_output_that_is_not_finite_is_reported(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(enlarged_snapshot(2, float("nan")))
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text().startswith("Training diverged")


def test_an_unsupported_layer_has_no_output(enlarging: TrainingPreviewPanel) -> None:
    enlarging.set_snapshot(replace(enlarged_snapshot(2), image=None))
    refresh(enlarging)
    assert child(enlarging, ImageAnswer).text() == "The output cannot be computed."


def test_the_next_run_can_have_labels(enlarging: TrainingPreviewPanel) -> None:
    run_with(enlarging, 1, 7)
    assert child(enlarging, Answer).isVisible()
    assert not child(enlarging, ImageAnswer).isVisible()
    assert answer_of(enlarging)[0] == "7"
