"""Every word a person reads exists in every language, in this package and in all that come."""

from __future__ import annotations

from pathlib import Path

import pytest

from govstack.kernel import i18n
from govstack.web.words import extract_words, folders_with_words, missing_words, update

SOURCE = Path(i18n.__file__).parent.parent
FOLDERS = folders_with_words(SOURCE)
TRANSLATED = tuple(language for language in i18n.LANGUAGES if language != i18n.DEFAULT)


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_every_word_of_the_package_is_translated(folder: Path, language: str) -> None:
    assert missing_words(folder, language) == []


def test_a_package_with_templates_keeps_catalogues() -> None:
    with_templates = {
        path.parent.parent if path.parent.name == "templates" else None for path in SOURCE.rglob("*.html")
    }
    packages = {folder for folder in with_templates if folder is not None and extract_words(folder)}

    assert packages - set(FOLDERS) == set()


def a_package(folder: Path) -> Path:
    """Return a small package with words in both places."""
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "page.html").write_text(
        "{{ _('Hello {name}', name='x') }} {{ ngettext('{count} cow', '{count} cows', 2) }} {{ _(label) }}",
        encoding="utf-8",
    )
    (folder / "pages.py").write_text(
        'title = _("Farm")\ntold = translate(call.language, "Sold")\n'
        'size = words.count("{count} field", "{count} fields", 2) + path.count("/")\n',
        encoding="utf-8",
    )
    return folder


def test_words_are_found_in_templates_and_in_python(tmp_path: Path) -> None:
    found = extract_words(a_package(tmp_path))

    assert set(found) == {
        "Farm", "Sold", "Hello {name}", ("{count} cow", "{count} cows"), ("{count} field", "{count} fields"),
    }  # fmt: skip


def test_a_word_without_translation_is_missing(tmp_path: Path) -> None:
    assert "Farm" in missing_words(a_package(tmp_path), "fr")


def test_a_translation_that_loses_a_placeholder_is_missing(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    (package / "locale").mkdir()
    (package / "locale" / "fr.po").write_text('msgid "Hello {name}"\nmsgstr "Bonjour {nom}"\n', encoding="utf-8")

    assert "Hello {name}" in missing_words(package, "fr")


def test_updating_adds_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    (package / "locale").mkdir()
    (package / "locale" / "fr.po").write_text('msgid "Farm"\nmsgstr "Ferme"\n\nmsgid "Gone"\nmsgstr "Parti"\n', "utf-8")

    left = update(package)

    catalogue = i18n.read_catalogue(package, "fr")
    assert (left, catalogue["Farm"].string, "Gone" in catalogue, "Sold" in catalogue) == (14, "Ferme", False, True)
