"""Finds the translatable words of a folder, and which of them a language still lacks.

`python -m govstack.web.words FOLDER…` adds the missing ones, empty, to the folder's catalogues.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from govstack.kernel import i18n

Text = str | tuple[str, str]

_PYTHON_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {
    "_": None, "translate": (2,), "ntranslate": (2, 3), "count": (1, 2),
}  # fmt: skip
_TEMPLATE_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"_": None, "ngettext": (1, 2)}
_HEADER = (
    'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {plurals}\\n"\n\n'
)
# The library has these two forms the other way round than CLDR, translators and their tools: 11 to 99, and 100 to 102.
_PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
}
_METHODS = {".py": ("python", _PYTHON_KEYWORDS), ".html": ("jinja2.ext:babel_extract", _TEMPLATE_KEYWORDS)}


def extract_words(folder: Path) -> dict[Text, list[tuple[str, int]]]:
    """Return each text of a package's Python files and templates, with the places that use it."""
    found: dict[Text, list[tuple[str, int]]] = {}
    for path in _sources(folder):
        method, keywords = _METHODS[path.suffix]
        with path.open("rb") as file:
            for line, message, _comments, _context in extract(method, file, keywords, options={"silent": "false"}):
                text = message if isinstance(message, str) else (message[0], message[1])
                found.setdefault(text, []).append((path.relative_to(folder).as_posix(), line))
    found.pop("", None)
    return found


def missing_words(folder: Path, *languages: str) -> dict[str, list[Text]]:
    """Return the texts that a language's catalogue lacks, leaves empty or fuzzy, or fills with other placeholders.

    A language that lacks none is left out.
    """
    words = extract_words(folder)
    catalogues = {language: i18n.read_catalogue(folder, language) for language in languages}
    missing = {
        language: [text for text in words if not _complete(catalogue, text)]
        for language, catalogue in catalogues.items()
    }
    return {language: texts for language, texts in missing.items() if texts}


def folders_with_words(root: Path) -> list[Path]:
    """Return every package folder below the root that keeps catalogues."""
    return sorted({path.parent.parent for path in root.rglob("locale/*.po")})


def update(folder: Path) -> int:
    """Write the missing texts into the catalogues, drop those no longer used, and count what is left to translate."""
    words, left = extract_words(folder), 0
    for language in i18n.LANGUAGES[1:]:
        known, fresh = i18n.read_catalogue(folder, language), Catalog(locale=language, fuzzy=False)
        for text in words:
            old = known.get(text if isinstance(text, str) else text[0])
            fresh.add(text, old.string if old else "", flags=old.flags if old else ())
            left += not _complete(fresh, text)
        path = folder / "locale" / f"{language}.po"
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            plurals = _PLURALS.get(language, fresh.plural_forms)
            file.write(_HEADER.format(language=language, plurals=plurals).encode())
            write_po(file, fresh, width=0, no_location=True, omit_header=True)
    return left


def _sources(folder: Path) -> Iterator[Path]:
    """List the files whose words belong to this folder, not to a package inside it that has its own catalogues."""
    inner = [path for path in folders_with_words(folder) if path != folder]
    for path in sorted(folder.rglob("*")):
        if path.suffix in _METHODS and not any(path.is_relative_to(other) for other in inner):
            yield path


def _complete(catalogue: Catalog, text: Text) -> bool:
    entry = catalogue.get(text if isinstance(text, str) else text[0])
    if entry is None or entry.fuzzy:
        return False
    forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    if isinstance(text, tuple) and len(forms) != catalogue.num_plurals:
        return False
    wanted = _placeholders(text if isinstance(text, str) else text[1]) - {"count"}
    return bool(forms) and all(form and _placeholders(form) - {"count"} == wanted for form in forms)


def _placeholders(text: str) -> set[str]:
    return set(i18n.PLACEHOLDER.findall(text))


def main(arguments: list[str]) -> int:
    """Update the catalogues of the named folders and say how many texts still need a translator."""
    for name in arguments:
        left = update(Path(name).resolve())
        sys.stdout.write(f"{name}: {left} texts to translate\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
