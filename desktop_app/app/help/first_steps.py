"""The page with the first steps."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.app.help.html import heading, numbered, paragraph


def first_steps_html() -> str:
    """Return the page."""
    translate = QCoreApplication.translate
    return (
        heading(translate("FirstSteps", "Read"))
        + numbered(
            (
                translate("FirstSteps", "Draw a digit on the canvas with the mouse, a pen or a finger."),
                translate("FirstSteps", "Read the answer beside the canvas. It changes while you draw."),
                translate("FirstSteps", "Below it, see how probable each label is."),
                translate("FirstSteps", "Clear the canvas and draw another digit."),
            )
        )
        + paragraph(
            translate(
                "FirstSteps", "You can also open, drop or paste an image or an InkML file of one digit."
            )
        )
        + heading(translate("FirstSteps", "Inside"))
        + numbered(
            (
                translate("FirstSteps", "Choose the Inside tab at the top right of the window."),
                translate("FirstSteps", "Click a layer in Layers to see its feature maps."),
                translate("FirstSteps", "Click a value on a map to see how it was computed."),
                translate("FirstSteps", "Open Why this answer? to see which ink supports the answer."),
            )
        )
        + heading(translate("FirstSteps", "Train"))
        + numbered(
            (
                translate("FirstSteps", "Choose the Train tab at the top right of the window."),
                translate("FirstSteps", "Keep the recipe that is shown, or choose data, layers and epochs."),
                translate("FirstSteps", "Press Train and watch loss and accuracy."),
                translate("FirstSteps", "When training ends, the new model reads your drawing."),
            )
        )
        + paragraph(
            translate(
                "FirstSteps",
                "The Model menu changes the model. The Glossary in the Help menu explains terms.",
            )
        )
    )
