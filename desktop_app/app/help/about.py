"""The page about the program: versions, licences, and privacy."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from PySide6 import __version__ as pyside_version
from PySide6.QtCore import QCoreApplication, qVersion

from desktop_app import __version__
from desktop_app.app.help.html import heading, paragraph, table

_LICENCES = (
    ("Python, defusedxml, matplotlib", "PSF"),
    ("Qt, PySide6", "LGPL 3"),
    ("LiteRT, Keras, TensorFlow", "Apache 2.0"),
    ("NumPy, SciPy, h5py, msgspec, threadpoolctl", "BSD"),
    ("Pillow", "MIT-CMU"),
    ("filelock, platformdirs, rich", "MIT"),
    ("Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak)", "CC BY 4.0"),
    ("Pen digits (E. Alpaydin, F. Alimoglu), UNIPEN train_r01_v07", "CC BY 4.0"),
)
"""Names and licences of what the program contains or uses."""


def about_html() -> str:
    """Return the page."""
    translate = QCoreApplication.translate
    return "".join(
        (
            heading(translate("About", "Handwriting {version}").format(version=__version__)),
            paragraph(
                translate("About", "Reads handwriting live, shows how a network reads, and trains networks.")
            ),
            heading(translate("About", "Versions")),
            table(_versions()),
            heading(translate("About", "Licences")),
            paragraph(translate("About", "Handwriting is free software under the MIT licence. It uses:")),
            table(_LICENCES),
            heading(translate("About", "Privacy")),
            paragraph(
                translate(
                    "About",
                    "Nothing leaves your computer: drawings, images, models and runs stay in your folders. "
                    "The network is used only when you download a data set.",
                )
            ),
        )
    )


def _versions() -> list[tuple[str, str]]:
    rows = [
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("PySide6", pyside_version),
        ("NumPy", np.__version__),
        ("LiteRT", _version("ai-edge-litert")),
        ("Keras", _version("keras")),
        ("TensorFlow", _version("tensorflow")),
    ]
    return [row for row in rows if row[1]]


def _version(package: str) -> str:
    """Return the version of a package; empty if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
