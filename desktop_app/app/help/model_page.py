"""The page about a model, from its card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop_app.app.help.html import heading, paragraph, table
from desktop_app.networks.card import ModelCard
from desktop_app.networks.naming import labels_text
from desktop_app.tasks.character_sets import CharacterSet
from desktop_app.views.evaluation.shares import percent
from desktop_app.views.parts.durations import duration

_MOST_PAIRS = 6
_MOST_LABELS = 100

translate = QCoreApplication.translate


def model_html(card: ModelCard) -> str:
    """Return the page; it says what is not on the card."""
    return "".join(
        (
            heading(card.title),
            paragraph(_purpose(card)),
            table(_facts(card)),
            heading(translate("ModelPage", "Training data")),
            _data(card),
            heading(translate("ModelPage", "Accuracy")),
            _accuracy(card),
            heading(translate("ModelPage", "Weaknesses")),
            _weaknesses(card),
        )
    )


def _purpose(card: ModelCard) -> str:
    if not card.labels:
        return translate("ModelPage", "Enlarges images {scale} times.").format(scale=card.task.scale)
    labels = labels_text(card.labels[:_MOST_LABELS])
    if card.task.kind == "picture":
        return translate("ModelPage", "Classifies images: {labels}.").format(labels=labels)
    if card.task.rejects:
        template = translate("ModelPage", "Reads one of {labels}, and rejects what is none of them.")
    else:
        template = translate("ModelPage", "Reads one of {labels}.")
    return template.format(labels=labels)


def _facts(card: ModelCard) -> Iterator[tuple[str, str]]:
    shape = " × ".join(map(str, card.task.input_shape))
    yield translate("ModelPage", "Input"), shape
    yield translate("ModelPage", "Layers"), str(len(card.layers))
    yield translate("ModelPage", "Parameters"), f"{card.parameters:,}"
    if card.labels:
        yield translate("ModelPage", "Read from a confidence of"), f"{100 * card.read_threshold:.1f} %"
    of_sets = card.thresholds.read_of_sets
    if of_sets:
        parts = (f"{_name_of_set(name)} {100 * least:.1f} %" for name, least in of_sets.items())
        yield translate("ModelPage", "Read, where only these are possible"), ", ".join(parts)
    if card.has_line_network:
        yield (
            translate("ModelPage", "Whole lines"),
            translate("ModelPage", "read with a line network as well"),
        )
    if card.training is not None:
        yield translate("ModelPage", "Epochs"), str(card.training.epochs)
        yield translate("ModelPage", "Training time"), duration(card.training.seconds)
        if card.date:
            yield translate("ModelPage", "Trained on"), card.date
        yield translate("ModelPage", "Trained with"), f"Keras {card.training.keras}"


def _name_of_set(characters: CharacterSet) -> str:
    names: dict[CharacterSet, str] = {
        "all": translate("ModelPage", "all characters"),
        "digits": translate("ModelPage", "digits"),
        "capitals": translate("ModelPage", "capital letters"),
        "small-letters": translate("ModelPage", "small letters"),
        "letters": translate("ModelPage", "letters"),
    }
    return names[characters]


def _data(card: ModelCard) -> str:
    if not card.data:
        return paragraph(translate("ModelPage", "The model card does not say."))
    header = (
        translate("ModelPage", "File"),
        translate("ModelPage", "Writers in training"),
        translate("ModelPage", "Validation"),
        translate("ModelPage", "Test"),
    )
    unknown = translate("ModelPage", "unknown")
    rows = [
        (source.file, unknown, unknown, unknown)
        if source.writers is None
        else (
            source.file,
            *(
                str(len(part))
                for part in (source.writers.training, source.writers.validation, source.writers.test)
            ),
        )
        for source in card.data
    ]
    return table(rows, header)


def _accuracy(card: ModelCard) -> str:
    rows = [row for figures in _evaluations(card) if (row := _accuracy_row(figures))]
    if not rows:
        return paragraph(
            translate("ModelPage", "Not measured. Evaluate the model with “handwriting evaluate”.")
        )
    header = (
        translate("ModelPage", "Test samples of"),
        translate("ModelPage", "Samples"),
        translate("ModelPage", "Result"),
        translate("ModelPage", "Writers"),
    )
    return table(rows, header)


def _accuracy_row(figures: dict[str, Any]) -> tuple[str, ...]:
    accuracy, gain, count = figures.get("accuracy"), figures.get("psnr_above_bicubic"), figures.get("count")
    if not isinstance(count, int):
        return ()
    if isinstance(accuracy, float):
        result = f"{percent(accuracy, count)} %"
    elif isinstance(gain, float):
        result = translate("ModelPage", "{gain} dB above bicubic").format(gain=f"{gain:.1f}")
    else:
        return ()
    is_unseen = figures.get("writers") == "never seen in training"
    writers = translate("ModelPage", "not in training") if is_unseen else translate("ModelPage", "unknown")
    return str(figures.get("data", "")), f"{count:,}", result, writers


def _weaknesses(card: ModelCard) -> str:
    pairs = card.most_confused(_MOST_PAIRS)
    text = ""
    if pairs:
        header = (
            translate("ModelPage", "Class"),
            translate("ModelPage", "Answer"),
            translate("ModelPage", "Test samples"),
        )
        rows = [(right, answer, str(count)) for right, answer, count in pairs]
        text = paragraph(translate("ModelPage", "Most confused in the evaluations above:"))
        text += table(rows, header)
    for figures in _evaluations(card):
        other = figures.get("other")
        if isinstance(other, dict) and other.get("count") and isinstance(other.get("rejected"), float):
            sentence = translate(
                "ModelPage", "Of {count} other characters in {data}, {share} % were rejected."
            )
            text += paragraph(
                sentence.format(
                    count=f"{int(other['count']):,}",
                    data=figures.get("data", ""),
                    share=f"{100 * other['rejected']:.0f}",
                )
            )
    return text or paragraph(translate("ModelPage", "Not measured."))


def _evaluations(card: ModelCard) -> list[dict[str, Any]]:
    """Return the evaluations on the card; it may hold any JSON values."""
    return [figures for figures in card.figures if isinstance(figures, dict)]
