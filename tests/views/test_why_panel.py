from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from desktop_app.core.placement import Placement
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.views.canvas.canvas_evidence import CanvasEvidence, Map
from desktop_app.views.parts.caption import Caption
from desktop_app.views.view_export import npz_bytes, view_image
from desktop_app.views.why.evidence import ANY_OTHER, Evidence, Method
from desktop_app.views.why.evidence_view import EvidenceView
from desktop_app.views.why.panel import Question, WhyPanel

PLACEMENT = Placement(14, 14, 4, 4)


def network(labels: str, rejects: bool) -> NetworkInfo:
    layers = (
        LayerInfo("input", "InputLayer", (28, 28, 1)),
        LayerInfo("answer", "Dense", (len(labels) + rejects,), ("input",)),
    )
    return NetworkInfo("some", "Some", Task(labels=tuple(labels), rejects=rejects), layers)


def evidence(method: Method = Method.OCCLUSION, rival: str | None = "2") -> Evidence:
    """Return evidence of which three quarters support the 7, in the upper half."""
    for_answer = np.zeros((28, 28), dtype=np.float32)
    for_answer[:14] = 3
    for_rival = np.zeros((28, 28), dtype=np.float32)
    for_rival[14:] = 1
    ink = np.zeros((28, 28), dtype=np.float32)
    ink[:, 13:15] = 1
    return Evidence(method, "7", rival, for_answer, for_rival, ink, PLACEMENT, 12.3)


@pytest.fixture
def panel(qtbot: QtBot) -> WhyPanel:
    widget = WhyPanel()
    qtbot.addWidget(widget)
    widget.set_network(network("0123456789", True), cast(Graph, None))
    widget.resize(900, 260)
    widget.set_active(True)
    widget.show()
    return widget


def choices(panel: WhyPanel) -> list[QComboBox]:
    return panel.findChildren(QComboBox)


def on_canvas(panel: WhyPanel, display_values: Evidence | None = None) -> list[CanvasEvidence | None]:
    """Collect the evidence that the panel emits for the canvas."""
    emitted: list[CanvasEvidence | None] = []
    panel.canvas_evidence_changed.connect(emitted.append)
    if display_values is not None:
        panel.show_evidence(display_values)
    return emitted


def test_first_question_compares_answer_and_runner_up(panel: WhyPanel) -> None:
    assert panel.question() == Question(Method.OCCLUSION, None, None)


def test_every_choice_emits_a_question(panel: WhyPanel) -> None:
    questions: list[Question] = []
    panel.question_changed.connect(questions.append)
    method, answer, rival = choices(panel)
    method.setCurrentIndex(1)
    answer.setCurrentIndex(answer.findText("4"))
    rival.setCurrentIndex(rival.findText("not a digit"))
    assert questions == [
        Question(Method.GRAD_CAM),
        Question(Method.GRAD_CAM, 4),
        Question(Method.GRAD_CAM, 4, 10),
    ]


def test_labels_are_those_of_the_network(panel: WhyPanel) -> None:
    questions: list[Question] = []
    panel.question_changed.connect(questions.append)
    panel.set_network(network("abc", False), cast(Graph, None))
    assert questions == []
    _, answer, rival = choices(panel)
    assert [answer.itemText(i) for i in range(answer.count())] == ["answer", "a", "b", "c"]
    assert [rival.itemText(i) for i in range(rival.count())] == ["runner-up", "a", "b", "c"]


def test_difference_is_shown_on_the_canvas(panel: WhyPanel) -> None:
    (base,) = on_canvas(panel, evidence())
    assert base is not None
    assert base.legend == ("supports 7", "supports 2")
    assert base.placement == PLACEMENT
    assert (base.values[:14, 13] == 1).all()
    assert (base.values[14:, 13] < 0).all()
    assert (np.abs(base.values[:, 0]) < 0.05).all(), "no evidence far from the ink"


def test_rejection_can_be_the_rival(panel: WhyPanel) -> None:
    (base,) = on_canvas(panel, evidence(rival=None))
    assert base is not None
    assert base.legend[1] == "supports “not a digit”"


def test_summary_describes_the_share(panel: WhyPanel) -> None:
    amount = panel.findChildren(Caption)[0]
    panel.show_evidence(evidence())
    assert amount.text() == "75 % of the evidence supports 7 · 12 ms"
    turned = evidence()
    panel.show_evidence(
        Evidence(
            turned.method, "7", "2", turned.for_rival, turned.for_answer, turned.model_input, PLACEMENT, 1
        )
    )
    assert amount.text() == "75 % of the evidence supports 2 · 1 ms"
    same = turned.for_answer
    panel.show_evidence(Evidence(turned.method, "7", "2", same, same, turned.model_input, PLACEMENT, 1))
    assert amount.text() == "no evidence for either · 1 ms"


def test_all_others_as_rival_have_no_label(panel: WhyPanel) -> None:
    (base,) = on_canvas(panel, evidence(rival=ANY_OTHER))
    assert base is not None
    assert base.legend == ("supports 7", "contradicts 7")


def test_weak_evidence_is_not_shown_in_full_colour(panel: WhyPanel) -> None:
    strong = evidence()
    faint = Evidence(
        Method.OCCLUSION,
        "7",
        "2",
        strong.for_answer / np.float32(100),
        strong.for_rival / np.float32(100),
        strong.model_input,
        PLACEMENT,
        1,
    )
    (base,) = on_canvas(panel, faint)
    assert base is not None
    assert 0 < abs(base.values).max() < 0.5
    assert panel.findChildren(Caption)[0].text() == "no single part decides · 1 ms"


def test_strength_on_the_canvas_can_be_chosen(panel: WhyPanel) -> None:
    emitted = on_canvas(panel, evidence())
    slider = panel.findChildren(QSlider)[0]
    slider.setValue(30)
    assert emitted[-1] is not None
    assert emitted[-1].strength == pytest.approx(0.3)
    panel.clear()
    slider.setValue(60)
    assert emitted[-1] is None


def test_long_durations_are_in_seconds(panel: WhyPanel) -> None:
    panel.show_evidence(replace(evidence(), milliseconds=18_382.0))
    assert panel.findChildren(Caption)[0].text().endswith("· 18.4 s")


def test_error_replaces_evidence(panel: WhyPanel) -> None:
    emitted = on_canvas(panel, evidence())
    panel.show_error("This network has none.")
    assert emitted[-1] is None
    assert panel.numbers() == {}
    assert panel.exported_widget().accessibleDescription() == "This network has none."
    assert panel.findChildren(Caption)[0].text() == ""


def test_progress_is_shown_until_there_is_evidence(panel: WhyPanel) -> None:
    panel.show_progress()
    assert panel.exported_widget().accessibleDescription().startswith("Computing")
    panel.show_evidence(evidence())
    panel.show_progress()
    assert panel.numbers()


def test_long_computation_has_a_percentage_and_a_stop_button(qtbot: QtBot, panel: WhyPanel) -> None:
    stop = next(button for button in panel.findChildren(QPushButton) if button.text() == "Stop")
    panel.show_progress()
    assert not stop.isVisible(), "short computations do not flicker"
    panel.show_progress(0.4)
    assert "40 %" in panel.exported_widget().accessibleDescription()
    with qtbot.waitSignal(panel.stop_requested):
        QTest.mouseClick(stop, Qt.MouseButton.LeftButton)
    panel.show_evidence(evidence())
    assert not stop.isVisible()


def test_another_network_clears_the_evidence(panel: WhyPanel) -> None:
    emitted = on_canvas(panel, evidence())
    panel.set_network(network("01", False), cast(Graph, None))
    assert emitted[-1] is None
    assert panel.numbers() == {}


def test_numbers_and_image_can_be_exported(panel: WhyPanel) -> None:
    panel.show_evidence(evidence())
    numbers = panel.numbers()
    assert (numbers["difference"] == numbers["for_answer"] - numbers["for_rival"]).all()
    assert numbers["model_input"].shape == (28, 28)
    assert npz_bytes(numbers).startswith(b"PK")
    assert view_image(panel).width() >= 3 * panel.exported_widget().width()


@pytest.mark.parametrize("size", [(320, 240), (640, 400), (1260, 260), (300, 700)])
def test_panel_fits_any_size(panel: WhyPanel, size: tuple[int, int]) -> None:
    panel.show_evidence(evidence())
    panel.resize(*size)
    panel.grab()
    assert panel.width() == size[0], "the minimum width is small enough"
    assert panel.exported_widget().width() >= 190
    assert panel.exported_widget().height() >= 100


# --- images ---


def pixel_colours(view: EvidenceView, left: bool) -> Map:
    """Return red minus blue over one of the two images, float32 (height, width)."""
    image = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    half = values[:, : image.width() // 2] if left else values[:, image.width() // 2 :]
    return half[30:, :, 2].astype(np.float32) - half[30:, :, 0]


def test_each_label_has_an_image_in_its_colour(qtbot: QtBot) -> None:
    view = EvidenceView()
    qtbot.addWidget(view)
    view.resize(416, 220)
    view.set_evidence(evidence(), ("supports 7", "supports 2"))
    view.show()
    answer, rival = pixel_colours(view, left=True), pixel_colours(view, left=False)
    middle = 95
    assert answer[:middle].max() > 40
    assert abs(answer[middle + 15 :]).max() <= 2
    assert rival[middle + 15 :].min() < -20
    assert abs(rival[: middle - 15]).max() <= 2


def test_accessible_description_contains_the_titles(qtbot: QtBot) -> None:
    view = EvidenceView()
    qtbot.addWidget(view)
    view.set_evidence(evidence(), ("supports 7", "supports 2"))
    assert view.accessibleDescription() == "supports 7, supports 2"
