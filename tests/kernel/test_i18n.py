"""Words, dates, numbers and money come out in the reader's language."""

from __future__ import annotations

import gettext
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale

from govstack.kernel import clock, i18n

MOMENT = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


def a_package(folder: Path, language: str, *entries: tuple[str, str]) -> Path:
    """Return a package folder whose catalogue holds the entries, registered."""
    (folder / "locale").mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    body = "".join(f'msgid "{text}"\nmsgstr "{translated}"\n\n' for text, translated in entries)
    (folder / "locale" / f"{language}.po").write_text(header + body, encoding="utf-8")
    i18n.register(folder)
    return folder


def test_a_text_is_found_in_the_catalogue_of_a_registered_package(tmp_path: Path) -> None:
    a_package(tmp_path, "fr", ("A household of the test", "Un ménage de test"))

    assert i18n.translate("fr", "A household of the test") == "Un ménage de test"


def test_a_package_is_asked_before_the_others(tmp_path: Path) -> None:
    a_package(tmp_path / "first", "es", ("A claim of the test", "Una reclamación"))
    second = a_package(tmp_path / "second", "es", ("A claim of the test", "Una afirmación"))

    assert i18n.translate("es", "A claim of the test", folder=second) == "Una afirmación"


def test_a_text_that_no_catalogue_knows_stays_english() -> None:
    assert i18n.translate("ar", "Nobody translated this") == "Nobody translated this"


def test_an_empty_text_stays_empty(tmp_path: Path) -> None:
    package = a_package(tmp_path, "fr", ("A word of the test", "Un mot"))

    assert i18n.translate("fr", "", folder=package) == ""


def test_a_text_marked_fuzzy_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "locale").mkdir()
    (tmp_path / "locale" / "fr.po").write_text('#, fuzzy\nmsgid "Unsure"\nmsgstr "Peut-être faux"\n', encoding="utf-8")
    i18n.register(tmp_path)

    assert i18n.translate("fr", "Unsure", folder=tmp_path) == "Unsure"


def test_placeholders_are_filled_by_name_and_nothing_else_is_evaluated() -> None:
    text = i18n.translate("en", "{name} has {count} of {missing} {0.__class__}", name="Amina {x}", count=3)

    assert text == "Amina {x} has 3 of {missing} {0.__class__}"


@pytest.mark.parametrize(("count", "written"), [(1, "1 person"), (2, "2 people"), (1204, "1,204 people")])
def test_english_has_two_forms(count: int, written: str) -> None:
    assert i18n.ntranslate("en", "{count} person", "{count} people", count) == written


@pytest.mark.parametrize(
    ("count", "written"),
    [(0, "لا أشخاص"), (1, "شخص واحد"), (2, "شخصان"), (5, "5 أشخاص"), (11, "11 شخصًا"), (100, "100 شخص")],
)
def test_arabic_has_six_forms(count: int, written: str) -> None:
    web = Path(i18n.__file__).parent.parent / "web"
    i18n.register(web)

    assert i18n.ntranslate("ar", "{count} person", "{count} people", count, folder=web) == written


def test_arabic_catalogues_have_their_forms_in_the_order_of_cldr() -> None:
    forms, numbers = ("zero", "one", "two", "few", "many", "other"), range(250)
    expected = [forms.index(Locale("ar").plural_form(number)) for number in numbers]
    folders = sorted({path.parent.parent for path in Path(i18n.__file__).parents[1].rglob("locale/ar.po")})

    for folder in folders:
        choose = gettext.c2py(i18n.read_catalogue(folder, "ar").plural_expr)
        assert [choose(number) for number in numbers] == expected, folder
    assert len(folders) > 5


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "chosen"),
    [
        ("fr", "es", "ar", "fr"),
        ("", "es", "ar", "es"),
        ("", "", "ar-EG,fr;q=0.9", "ar"),
        ("", "", "de, fr;q=0.3, es;q=0.8", "es"),
        ("", "", "de", "en"),
        ("xx", "<script>", "", "en"),
        ("", "", "fr;q=0", "en"),
        ("", "", "fr;q=nonsense", "fr"),
        ("", "", ",;=,;q=" * 900, "en"),
    ],
)
def test_the_language_is_what_the_reader_asked_for_most_directly(
    query: str, cookie: str, accept: str, chosen: str
) -> None:
    assert i18n.choose_language(query=query, cookie=cookie, accept=accept) == chosen


def test_arabic_runs_from_right_to_left_and_the_others_do_not() -> None:
    assert [i18n.direction(language) for language in i18n.LANGUAGES] == ["ltr", "ltr", "ltr", "rtl", "ltr"]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "21 November 2026"),
        ("fr", "21 novembre 2026"),
        ("es", "21 de noviembre de 2026"),
        ("ar", "21 نوفمبر 2026"),
    ],
)
def test_a_day_is_written_out(language: str, written: str) -> None:
    assert i18n.format_date(language, date(2026, 11, 21)) == written


def test_a_moment_falls_on_the_day_of_the_time_zone() -> None:
    assert i18n.format_date("en", MOMENT, timezone="Africa/Nairobi") == "22 November 2026"


def test_a_stored_timestamp_is_read_as_a_moment() -> None:
    assert i18n.format_datetime("en", clock.timestamp(MOMENT)) == "21 Nov 2026, 21:30:00"
    assert i18n.format_minute("en", MOMENT, timezone="Africa/Nairobi") == "22 Nov 2026, 00:30"


def test_a_moment_is_told_from_now() -> None:
    with clock.fixed(MOMENT):
        told = [i18n.format_ago(language, MOMENT - timedelta(minutes=5)) for language in i18n.LANGUAGES]

    assert told == ["5 minutes ago", "il y a 5 minutes", "hace 5 minutos", "قبل 5 دقائق", "dakika 5 zilizopita"]


def test_a_length_of_time_takes_its_largest_unit() -> None:
    assert i18n.format_duration("en", timedelta(days=3, hours=2)) == "3 days"


def test_numbers_have_the_separators_of_the_language() -> None:
    written = [i18n.format_number(language, 1_234_567.5) for language in ("en", "es")]

    assert written == ["1,234,567.5", "1.234.567,5"]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["+22", "-0.25", "+0", "+1,234.5"]),
        ("fr", ["+22", "-0,25", "+0", "+1\u202f234,5"]),
        ("ar", ["\u2066+22\u2069", "\u2066-0.25\u2069", "\u2066+0\u2069", "\u2066+1,234.5\u2069"]),
    ],
)
def test_a_change_has_its_sign_before_its_digits_in_either_direction(language: str, written: list[str]) -> None:
    assert [i18n.format_change(language, one) for one in (22, -0.25, 0, Decimal("1234.5"))] == written


def test_a_negative_figure_keeps_its_sign_before_its_digits_between_words_that_run_from_right_to_left() -> None:
    written = [
        i18n.format_number("ar", -5), i18n.format_number("ar", 5), i18n.format_percent("ar", -0.2),
        i18n.format_money("ar", -5, "USD"), i18n.format_number("en", -5),
    ]  # fmt: skip

    assert written == ["\u2066-5\u2069", "5", "\u2066-20%\u2069", "\u200f\u2066-5.00\u2069\xa0US$", "-5"]


def test_a_share_keeps_as_many_decimals_as_asked() -> None:
    assert [i18n.format_percent("en", 0.12345), i18n.format_percent("en", 0.12345, decimals=1)] == ["12%", "12.3%"]


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [("1250.50", "KES", "KES\u00a01,250.50"), (Decimal("1250.5"), "USD", "US$1,250.50"), (3000, "JPY", "JP¥3,000")],
)
def test_money_has_the_decimals_of_its_currency(amount: Decimal | int | str, currency: str, written: str) -> None:
    assert i18n.format_money("en", amount, currency) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "November 2026"),
        ("fr", "novembre 2026"),
        ("es", "noviembre de 2026"),
        ("ar", "نوفمبر 2026"),
        ("sw", "Novemba 2026"),
    ],
)
def test_a_month_is_written_as_its_language_does(language: str, written: str) -> None:
    assert i18n.format_month(language, "2026-11-01") == written


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Ada, Ines and Omar"), ("fr", "Ada, Ines et Omar"), ("es", "Ada, Ines y Omar"),
        ("ar", "Ada وInes وOmar"), ("sw", "Ada, Ines na Omar"),
    ],
)  # fmt: skip
def test_a_list_is_written_as_the_language_writes_it(language: str, told: str) -> None:
    assert i18n.format_list(language, ["Ada", "Ines", "Omar"]) == told


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("inglés", "francés e inglés"), ("Íñigo", "francés e Íñigo"), ("hindi", "francés e hindi"),
        ("hielo", "francés y hielo"), ("y inglés", "francés y y inglés"),
    ],
)  # fmt: skip
def test_the_spanish_and_changes_before_its_own_sound(last: str, told: str) -> None:
    assert i18n.format_list("es", ["francés", last]) == told


def test_a_list_of_one_or_of_none_has_no_mark() -> None:
    assert i18n.format_list("ar", ["Ada"]) == "Ada"
    assert i18n.format_list("es", []) == ""


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Kenya"), ("fr", "Kenya"), ("es", "Kenia"), ("ar", "كينيا"), ("sw", "Kenya")]
)
def test_a_country_is_told_by_its_name(language: str, name: str) -> None:
    assert i18n.country_name(language, "KE") == name


def test_a_country_that_nobody_knows_stays_a_code() -> None:
    assert i18n.country_name("fr", "QQ") == "QQ"
    assert i18n.country_name("fr", "") == ""


@pytest.mark.parametrize(
    ("code", "name"), [("ar", "العربية"), ("pt", "Português"), ("de-AT", "Deutsch"), ("qq", "qq"), ("x y", "x y")]
)
def test_a_language_is_told_by_its_own_name(code: str, name: str) -> None:
    assert i18n.language_name(code) == name
