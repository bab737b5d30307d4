"""Languages of the screens. Source strings are Chinese; a catalogue gives the English for each.

Catalogues are `resources/translations/*_en.json`: one flat object from Chinese to English, so that
one sentence has one translation wherever it is used.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from station.settings import Language

MAX_CATALOGUE_BYTES = 256 * 1024


class CatalogueError(Exception):
    """A translation file is no flat table of texts, or two files disagree about a sentence."""

    def __init__(self, file_name: str, reason: str) -> None:
        super().__init__(f"translation file {file_name}: {reason}")
        self.file_name = file_name


class Catalogue(QTranslator):
    """Translates by the Chinese sentence alone; what it does not know stays Chinese."""

    def __init__(self, words: Mapping[str, str], parent: QObject | None = None) -> None:
        """`words` maps Chinese to English."""
        super().__init__(parent)
        self._words = dict(words)

    def isEmpty(self) -> bool:
        """Qt skips a translator that says it is empty."""
        return not self._words

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        """The English for `source`, or `source` itself."""
        return self._words.get(source, source)


class Languages:
    """Installs the catalogue of a language in the application and takes it out again."""

    def __init__(self, english: Mapping[str, str], language: Language) -> None:
        """`english` as `load_catalogue` gives it; `language` is in force from now on."""
        self._english = Catalogue(english)
        self.current = Language.ZH_CN
        self.use(language)

    def use(self, language: Language) -> None:
        """Switch; every widget gets a LanguageChange event."""
        if language is self.current:
            return
        self.current = language
        if language is Language.EN:
            QCoreApplication.installTranslator(self._english)
        else:
            QCoreApplication.removeTranslator(self._english)

    def toggle(self) -> None:
        """Switch to the other language."""
        self.use(Language.EN if self.current is Language.ZH_CN else Language.ZH_CN)


def load_catalogue(folder: Path) -> dict[str, str]:
    """All English sentences of `folder`.

    Raises:
        CatalogueError: a file is damaged or two files disagree.
    """
    return merged((path.name, path.read_bytes()) for path in sorted(folder.glob("*_en.json")))


def merged(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """One table from several catalogue files, given as (file name, content).

    Raises:
        CatalogueError: a file is damaged or two files disagree.
    """
    words: dict[str, str] = {}
    for file_name, content in files:
        for source, english in _table(file_name, content).items():
            if words.setdefault(source, english) != english:
                raise CatalogueError(file_name, "differs from another file about a sentence")
    return words


def _table(file_name: str, content: bytes) -> dict[str, str]:
    if len(content) > MAX_CATALOGUE_BYTES:
        raise CatalogueError(file_name, f"is larger than {MAX_CATALOGUE_BYTES} bytes")
    try:
        table = json.loads(content)
    except ValueError as error:
        raise CatalogueError(file_name, "is not JSON") from error
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise CatalogueError(file_name, "is not a flat table of texts")
    return table


def translate(source: str) -> str:
    """A source string of a table in the current language."""
    return QCoreApplication.translate("words", source)
