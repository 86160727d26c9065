"""Translations of the interface."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop_app.core.paths import resources_dir

_QT_FOLDER = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))


def install_translations(application: QCoreApplication) -> None:
    """Install the English plural forms and, where there is one, the translation for the system's language.

    Further calls have no effect.
    """
    if application.findChild(QTranslator) is not None:
        return
    folder = resources_dir() / "translations"
    # The translator that was installed last is asked first.
    _install(application, QLocale(QLocale.Language.English), "handwriting", folder)
    locale = QLocale()
    if locale.language() != QLocale.Language.English and _install(application, locale, "handwriting", folder):
        _install(application, locale, "qtbase", _QT_FOLDER)


def _install(application: QCoreApplication, locale: QLocale, name: str, folder: Path) -> bool:
    translator = QTranslator(application)
    found = translator.load(locale, name, "_", str(folder))
    if found:
        application.installTranslator(translator)
    else:
        translator.deleteLater()
    return found
