"""Names and explanations of the versions of an image, and of the measures of quality."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.views.enlargement.versions import BICUBIC, INPUT, LANCZOS, MODEL, NEAREST, PAGE


def version_texts(name: str) -> tuple[str, str]:
    """Return title and explanation of a version, or of the page."""
    translate = QCoreApplication.translate
    if name == PAGE:
        return translate("Enlargement", "Page"), translate("Enlargement", "What was drawn or opened")
    if name == INPUT:
        return translate("Enlargement", "Input"), translate(
            "Enlargement", "The reduced image, which is what the model gets"
        )
    if name == NEAREST:
        return translate("Enlargement", "Nearest"), translate("Enlargement", "Every pixel repeated")
    if name == BICUBIC:
        return translate("Enlargement", "Bicubic"), translate(
            "Enlargement", "Bicubic interpolation: each pixel from 4 × 4 pixels of the input"
        )
    if name == LANCZOS:
        return translate("Enlargement", "Lanczos"), translate(
            "Enlargement", "Lanczos interpolation: each pixel from 6 × 6 pixels of the input"
        )
    if name == MODEL:
        return translate("Enlargement", "Model"), translate("Enlargement", "The output of the model")
    return translate("Enlargement", "Original"), translate(
        "Enlargement", "The page at the size of the output, from which the input was reduced"
    )


def quality_texts() -> tuple[tuple[str, str], ...]:
    """Return title and explanation of every value of a Quality, in their order."""
    translate = QCoreApplication.translate
    return (
        (
            translate("Enlargement", "PSNR (dB)"),
            translate(
                "Enlargement",
                "Peak signal-to-noise ratio in decibels: 10 dB more is a tenth of the mean squared error",
            ),
        ),
        (
            translate("Enlargement", "SSIM"),
            translate(
                "Enlargement",
                "Structural similarity to the original in windows of 11 × 11 pixels; 1 is identical",
            ),
        ),
        (
            translate("Enlargement", "PSNR, ink (dB)"),
            translate("Enlargement", "PSNR in dB inside the box of the ink, without the empty margin"),
        ),
        (
            translate("Enlargement", "SSIM, ink"),
            translate("Enlargement", "SSIM inside the box of the ink, without the empty margin"),
        ),
    )
