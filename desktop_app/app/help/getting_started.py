"""The page that says how to start."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.app.help.html import heading, numbered, paragraph


def getting_started_html() -> str:
    """Return the page."""
    translate = QCoreApplication.translate
    return (
        heading(translate("GettingStarted", "Read"))
        + numbered(
            (
                translate("GettingStarted", "Draw a digit on the canvas with the mouse, a pen or a finger."),
                translate("GettingStarted", "Read the answer beside the canvas. It changes while you draw."),
                translate("GettingStarted", "Below it, see how probable each label is."),
                translate("GettingStarted", "Clear the canvas and draw another digit."),
            )
        )
        + paragraph(
            translate(
                "GettingStarted",
                "You can also open, drop or paste an image or an InkML file. "
                "Several digits are read as a number; Sheet in the Edit menu gives them more space.",
            )
        )
        + heading(translate("GettingStarted", "Inside"))
        + numbered(
            (
                translate("GettingStarted", "Choose the Inside tab at the top right of the window."),
                translate("GettingStarted", "Click a layer in Layers to see its feature maps."),
                translate("GettingStarted", "Click a value on a map to see how it was computed."),
                translate("GettingStarted", "Open Why this answer? to see which ink supports the answer."),
            )
        )
        + heading(translate("GettingStarted", "Train"))
        + numbered(
            (
                translate("GettingStarted", "Choose the Train tab at the top right of the window."),
                translate(
                    "GettingStarted", "Keep the recipe that is shown, or choose data, layers and epochs."
                ),
                translate("GettingStarted", "Press Train and watch loss and accuracy."),
                translate(
                    "GettingStarted",
                    "When training ends, the new model reads your drawing, unless the current one is better.",
                ),
            )
        )
        + heading(translate("GettingStarted", "Batch"))
        + numbered(
            (
                translate("GettingStarted", "Choose the Batch tab at the top right of the window."),
                translate("GettingStarted", "Choose files or a folder to read into a table."),
                translate("GettingStarted", "Check what is unsure, and export the table."),
            )
        )
        + paragraph(
            translate(
                "GettingStarted",
                "The Model menu changes the model. The Glossary in the Help menu explains terms.",
            )
        )
    )
