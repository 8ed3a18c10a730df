"""Every word a person reads exists in every language, in this package and in all that come."""

from __future__ import annotations

import ast
import re
from gettext import c2py
from importlib import import_module
from pathlib import Path

import pytest

from govstack.kernel import errors, i18n
from govstack.kernel.documents import read_yaml
from govstack.web.words import extract_words, folders_with_words, missing_words, update

SOURCE = Path(i18n.__file__).parent.parent
FOLDERS = folders_with_words(SOURCE)
TRANSLATED = tuple(language for language in i18n.LANGUAGES if language != i18n.DEFAULT)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_every_word_of_the_package_is_translated(folder: Path) -> None:
    assert missing_words(folder, *TRANSLATED) == {}


def test_a_package_with_templates_keeps_catalogues() -> None:
    with_templates = {
        path.parent.parent if path.parent.name == "templates" else None for path in SOURCE.rglob("*.html")
    }
    without_catalogues = with_templates - set(FOLDERS)

    assert [folder for folder in without_catalogues if folder is not None and extract_words(folder)] == []


def test_no_word_is_marked_inside_a_formatted_string_where_it_would_not_be_found() -> None:
    marked = [
        f"{path.relative_to(SOURCE)}:{call.lineno}"
        for path in SOURCE.rglob("*.py")
        for outer in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(outer, ast.JoinedStr)
        for call in ast.walk(outer)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
    ]

    assert marked == []


# A break before a mark would leave it alone on a line; code such as role:… and times such as 21:30 have no spaces.
FRENCH_FAULT = re.compile(r"[ ][:;?!»]|«[^\u00a0]|[\w)’»}][;?!]|(?<=[\w)’»}]):(?=\s|$)")
CODE = re.compile(r"`[^`]*`|\w+ \{\w+: \w+\}|https?:\S*|\w+:[…<\w]\S*|\b\d+(?:;\d+)+|\w+=\w+; \w+=\w+")


def french(value: object) -> list[str]:
    """Return every French text inside a document."""
    if isinstance(value, dict):
        return [str(text) for name, text in value.items() if name == "fr"] + french([*value.values()])
    return [text for one in value for text in french(one)] if isinstance(value, list) else []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_french_marks_stand_after_a_space_that_does_not_break(folder: Path) -> None:
    entries = [entry.string for entry in i18n.read_catalogue(folder, "fr") if entry.id]
    texts = [text for entry in entries for text in ([entry] if isinstance(entry, str) else entry)]

    assert [text for text in texts if FRENCH_FAULT.search(CODE.sub("", text))] == []


TANWIN = "\u064b"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_what_is_counted_from_11_to_99_stands_in_the_accusative_in_arabic(folder: Path) -> None:
    catalogue = i18n.read_catalogue(folder, "ar")
    form = c2py(catalogue.plural_expr)
    eleven, hundred = form(11), form(100)
    entries = [entry.string for entry in catalogue if isinstance(entry.string, tuple) and entry.id]

    assert [forms for forms in entries if forms[eleven].count(TANWIN) < forms[hundred].count(TANWIN)] == []


def test_a_colon_after_a_word_is_set_by_its_language() -> None:
    glued = re.compile(r"\{\{ _\('(?!Error')[^']*'\) \}\}[:;?!]")
    found = [path.name for path in SOURCE.rglob("*.html") if glued.search(path.read_text(encoding="utf-8"))]

    assert found == []


# Among Arabic letters the parts of 2026-11-21 are drawn from the right, 21-11-2026, unless a mark keeps them together.
TURNED_ROUND = re.compile(r"(?<![\d\u2066\u200e])\d{4}-\d{2}-\d{2}")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_a_day_among_arabic_letters_is_read_from_the_left(folder: Path) -> None:
    entries = [entry.string for entry in i18n.read_catalogue(folder, "ar") if entry.id]
    texts = [text for entry in entries for text in ([entry] if isinstance(entry, str) else entry)]

    assert [text for text in texts if re.search("[\u0600-\u06ff]", text) and TURNED_ROUND.search(text)] == []


def test_french_marks_of_services_and_countries_do_so_too() -> None:
    files = [*(SOURCE / "services").rglob("*.yaml"), *(SOURCE / "pillars").rglob("seeds/*.yaml")]
    texts = [text for file in files for text in french(read_yaml(file.read_text(encoding="utf-8")))]

    assert len(texts) > 50
    assert [text for text in texts if FRENCH_FAULT.search(CODE.sub("", text))] == []


# Where documents are read that people hand in on pages.
READERS = ("applications/model", "configuration/model", "configuration/schemas", "rooms/model", "services/model")


def sentences(path: Path) -> list[str]:
    """Return what a module says when it refuses something, with x for each value."""
    kinds = set(_below(errors.Problem))
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    calls = [node for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args]
    return [_text(call.args[0]) for call in calls if isinstance(call.func, ast.Name) and call.func.id in kinds]


def _below(kind: type) -> list[str]:
    return [name for one in kind.__subclasses__() for name in (one.__name__, *_below(one))]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


@pytest.mark.requirement("CFR-quality-8")
@pytest.mark.parametrize("reader", READERS)
def test_what_is_wrong_with_a_document_is_said_in_the_readers_language(reader: str) -> None:
    folder = SOURCE / "blocks" / "mediator"
    i18n.register(folder)
    import_module("govstack.blocks.mediator.manifest")

    found = [text for text in sentences(folder / f"{reader}.py") if text.strip("x .:")]

    assert found
    assert [text for text in found if i18n.said("fr", text, folder=folder) == text] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The body is larger than 8,000,000 bytes."), ("es", "Lo enviado supera los 8.000.000 bytes.")],
)
def test_a_number_in_a_refusal_is_written_as_the_language_writes_it(language: str, said: str) -> None:
    folder = SOURCE / "web"
    i18n.register(folder)

    assert i18n.said(language, "The body is larger than 8000000 bytes.", folder=folder) == said


def test_a_sentence_with_values_is_found_by_its_shape(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    (package / "locale").mkdir()
    known = 'msgid "The cow {name} has {count} calves."\nmsgstr "La vache {name} a {count} veaux."\n'
    (package / "locale" / "fr.po").write_text(known, "utf-8")
    i18n.register(package)

    said = [
        i18n.said("fr", text, folder=package) for text in ("The cow Élise has 2 calves.", "The cow Élise has none.")
    ]

    assert said == ["La vache Élise a 2 veaux.", "The cow Élise has none."]


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
    assert "Farm" in missing_words(a_package(tmp_path), "fr")["fr"]


def test_a_translation_that_loses_a_placeholder_is_missing(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    (package / "locale").mkdir()
    (package / "locale" / "fr.po").write_text('msgid "Hello {name}"\nmsgstr "Bonjour {nom}"\n', encoding="utf-8")

    assert "Hello {name}" in missing_words(package, "fr")["fr"]


def test_updating_adds_what_is_missing_and_keeps_what_is_there(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    (package / "locale").mkdir()
    (package / "locale" / "fr.po").write_text('msgid "Farm"\nmsgstr "Ferme"\n\nmsgid "Gone"\nmsgstr "Parti"\n', "utf-8")

    left = update(package)

    catalogue = i18n.read_catalogue(package, "fr")
    assert (left, catalogue["Farm"].string, "Gone" in catalogue, "Sold" in catalogue) == (19, "Ferme", False, True)
