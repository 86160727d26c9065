from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QSlider
from pytestqt.qtbot import QtBot

from desktop_app.core.placement import Placement
from desktop_app.networks.graph import Graph
from desktop_app.networks.network_info import LayerInfo, NetworkInfo
from desktop_app.tasks.task import Task
from desktop_app.views.parts.caption import Caption
from desktop_app.views.view_export import npz_bytes, view_image
from desktop_app.views.why.evidence import ANY_OTHER, CanvasEvidence, Evidence, Map, Method
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
    """Three quarters of what decides speaks for the 7, in the upper half."""
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


def on_canvas(panel: WhyPanel, shown: Evidence | None = None) -> list[CanvasEvidence | None]:
    """What the panel lays over the paper from now on."""
    told: list[CanvasEvidence | None] = []
    panel.canvas_evidence_changed.connect(told.append)
    if shown is not None:
        panel.show_evidence(shown)
    return told


def test_it_asks_about_the_answer_and_the_runner_up_first(panel: WhyPanel) -> None:
    assert panel.question() == Question(Method.OCCLUSION, None, None)


def test_every_choice_is_a_new_question(panel: WhyPanel) -> None:
    asked: list[Question] = []
    panel.question_changed.connect(asked.append)
    method, answer, rival = choices(panel)
    method.setCurrentIndex(1)
    answer.setCurrentIndex(answer.findText("4"))
    rival.setCurrentIndex(rival.findText("not a character"))
    assert asked == [
        Question(Method.GRAD_CAM),
        Question(Method.GRAD_CAM, 4),
        Question(Method.GRAD_CAM, 4, 10),
    ]


def test_the_labels_are_those_of_the_network(panel: WhyPanel) -> None:
    asked: list[Question] = []
    panel.question_changed.connect(asked.append)
    panel.set_network(network("abc", False), cast(Graph, None))
    assert asked == []
    _, answer, rival = choices(panel)
    assert [answer.itemText(i) for i in range(answer.count())] == ["the answer", "a", "b", "c"]
    assert [rival.itemText(i) for i in range(rival.count())] == ["the runner-up", "a", "b", "c"]


def test_what_decided_lies_over_the_ink(panel: WhyPanel) -> None:
    (paper,) = on_canvas(panel, evidence())
    assert paper is not None
    assert paper.words == ("speaks for 7", "speaks for 2")
    assert paper.placement == PLACEMENT
    assert (paper.values[:14, 13] == 1).all()
    assert (paper.values[14:, 13] < 0).all()
    assert (np.abs(paper.values[:, 0]) < 0.05).all(), "far from the ink there is nothing"


def test_not_being_a_character_has_evidence_too(panel: WhyPanel) -> None:
    (paper,) = on_canvas(panel, evidence(rival=None))
    assert paper is not None
    assert paper.words[1] == "speaks for “not a character”"


def test_the_amount_is_said_in_words(panel: WhyPanel) -> None:
    amount = panel.findChildren(Caption)[0]
    panel.show_evidence(evidence())
    assert amount.text() == "75 % of what decided speaks for 7 · 12 ms"
    turned = evidence()
    panel.show_evidence(
        Evidence(
            turned.method, "7", "2", turned.for_rival, turned.for_answer, turned.model_input, PLACEMENT, 1
        )
    )
    assert amount.text() == "75 % of what decided speaks for 2 · 1 ms"
    same = turned.for_answer
    panel.show_evidence(Evidence(turned.method, "7", "2", same, same, turned.model_input, PLACEMENT, 1))
    assert amount.text() == "nothing decided between them · 1 ms"


def test_all_others_together_are_no_label(panel: WhyPanel) -> None:
    (paper,) = on_canvas(panel, evidence(rival=ANY_OTHER))
    assert paper is not None
    assert paper.words == ("speaks for 7", "speaks against 7")


def test_next_to_nothing_is_not_shown_in_full_colour(panel: WhyPanel) -> None:
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
    (paper,) = on_canvas(panel, faint)
    assert paper is not None
    assert 0 < abs(paper.values).max() < 0.5
    assert panel.findChildren(Caption)[0].text() == "no single spot of the ink decides · 1 ms"


def test_the_strength_on_the_paper_can_be_chosen(panel: WhyPanel) -> None:
    told = on_canvas(panel, evidence())
    slider = panel.findChildren(QSlider)[0]
    slider.setValue(30)
    assert told[-1] is not None
    assert told[-1].strength == pytest.approx(0.3)
    panel.clear()
    slider.setValue(60)
    assert told[-1] is None


def test_a_error_takes_the_place_of_evidence(panel: WhyPanel) -> None:
    told = on_canvas(panel, evidence())
    panel.show_error("This network has none.")
    assert told[-1] is None
    assert panel.numbers() == {}
    assert panel.exported_widget().accessibleDescription() == "This network has none."
    assert panel.findChildren(Caption)[0].text() == ""


def test_a_search_is_told_where_nothing_is_shown_yet(panel: WhyPanel) -> None:
    panel.show_search()
    assert panel.exported_widget().accessibleDescription().startswith("Looking")
    panel.show_evidence(evidence())
    panel.show_search()
    assert panel.numbers()


def test_another_network_voids_what_was_found(panel: WhyPanel) -> None:
    told = on_canvas(panel, evidence())
    panel.set_network(network("01", False), cast(Graph, None))
    assert told[-1] is None
    assert panel.numbers() == {}


def test_its_numbers_and_its_picture_can_be_taken_away(panel: WhyPanel) -> None:
    panel.show_evidence(evidence())
    numbers = panel.numbers()
    assert (numbers["difference"] == numbers["for_answer"] - numbers["for_rival"]).all()
    assert numbers["model_input"].shape == (28, 28)
    assert npz_bytes(numbers).startswith(b"PK")
    assert view_image(panel).width() >= 3 * panel.exported_widget().width()


@pytest.mark.parametrize("size", [(320, 240), (640, 400), (1260, 260), (300, 700)])
def test_it_fits_every_place(panel: WhyPanel, size: tuple[int, int]) -> None:
    panel.show_evidence(evidence())
    panel.resize(*size)
    panel.grab()
    assert panel.width() == size[0], "the least width is small enough"
    assert panel.exported_widget().width() >= 190
    assert panel.exported_widget().height() >= 100


# --- the two pictures ---


def pixel_colours(view: EvidenceView, left: bool) -> Map:
    """Red minus blue over one of the two pictures, float32 (height, width)."""
    image = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB32)
    values = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    half = values[:, : image.width() // 2] if left else values[:, image.width() // 2 :]
    return half[30:, :, 2].astype(np.float32) - half[30:, :, 0]


def test_each_label_has_its_own_picture_in_its_own_colour(qtbot: QtBot) -> None:
    view = EvidenceView()
    qtbot.addWidget(view)
    view.resize(416, 220)
    view.set_evidence(evidence(), ("speaks for 7", "speaks for 2"))
    view.show()
    answer, rival = pixel_colours(view, left=True), pixel_colours(view, left=False)
    middle = 95
    assert answer[:middle].max() > 40
    assert abs(answer[middle + 15 :]).max() <= 2
    assert rival[middle + 15 :].min() < -20
    assert abs(rival[: middle - 15]).max() <= 2


def test_titles_tell_what_the_pictures_show(qtbot: QtBot) -> None:
    view = EvidenceView()
    qtbot.addWidget(view)
    view.set_evidence(evidence(), ("speaks for 7", "speaks for 2"))
    assert view.accessibleDescription() == "speaks for 7, speaks for 2"
