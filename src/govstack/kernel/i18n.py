"""Words, dates, numbers and money in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, dates, lists, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from govstack.kernel import clock

LANGUAGES = ("en", "fr", "es", "ar", "sw")
NAMES: Mapping[str, str] = {"en": "English", "fr": "Français", "es": "Español", "ar": "العربية", "sw": "Kiswahili"}
DEFAULT = "en"
COOKIE = "govstack_language"
ACCEPT_CHARACTERS_MAX = 500
TRANSLATIONS_CACHED_MAX = 8_192
SHAPE_CHARACTERS_MIN = 12

Width = Literal["short", "medium", "long", "full"]

_CHANGE = "+#,##0.###;-#,##0.###"
_SIGNED = re.compile(r"[+-]\d[\d.,]*%?")
_RIGHT_TO_LEFT = frozenset({"ar"})
# British English writes 21 November 2026 and the 24-hour clock, which the world's governments share.
_LOCALES: Mapping[str, str] = {"en": "en_GB", "fr": "fr", "es": "es", "ar": "ar", "sw": "sw"}
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# CLDR asks for a space between a currency written in letters and its amount.
_LETTER_THEN_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")
# Before a word that sounds like its "y", Spanish says "e"; CLDR's pattern leaves that to the program.
_SPANISH_AND = re.compile(r"^ y (?=i|í|hi(?![aeouáéóú])|hí)", re.IGNORECASE)
_catalogues: dict[Path, Mapping[str, Translations]] = {}


def _(text: str) -> str:
    """Mark a constant for translation and return it as it is; whoever shows it translates it."""
    return text


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Say in which direction the language is written."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def register(folder: Path) -> None:
    """Read the catalogues `locale/<language>.po` of a package folder; a second call does nothing."""
    if folder not in _catalogues:
        _catalogues[folder] = {
            language: _compiled(read_catalogue(folder, language)) for language in LANGUAGES if language != DEFAULT
        }
        _find.cache_clear()


def read_catalogue(folder: Path, language: str) -> Catalog:
    """Read one catalogue of a package folder; an empty one when there is no file."""
    path = folder / "locale" / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def translate(language: str, text: str, /, *, folder: Path | None = None, **values: object) -> str:
    """Return the text in the language, its {placeholders} filled; English where no catalogue knows it.

    The catalogue of `folder` is asked first, then every registered one in the order of registration.
    """
    # An empty text would find the header of the catalogue.
    return fill(_find(language, text, None, 1, folder), values) if text else ""


def ntranslate(
    language: str, singular: str, plural: str, count: int, /, *, folder: Path | None = None, **values: object
) -> str:
    """Return the form that fits the count, with {count} and the other {placeholders} filled."""
    text = _find(language, singular, plural, count, folder)
    return fill(text, {"count": format_number(language, count), **values})


def said(language: str, sentence: str, /, *, folder: Path | None = None) -> str:
    """Return what a refusal said, also with values in it, in the language, as far as a catalogue knows its shape."""
    known = translate(language, sentence, folder=folder)
    if known != sentence:
        return known
    for one in dict.fromkeys([*([folder] if folder in _catalogues else []), *_catalogues]):
        template, values = _shapes(one).find(sentence)
        if template != sentence:
            number = values.get("number", "")
            counted = {"number": format_number(language, int(number))} if number.isdecimal() else {}
            return translate(language, template, folder=one, **{**values, **counted})
    return sentence


@dataclass(frozen=True, slots=True)
class Shapes:
    """Templates with {places}, the most specific first: those with the most fixed letters."""

    templates: tuple[str, ...]

    @classmethod
    def of(cls, templates: Iterable[str]) -> Shapes:
        """Return the shapes of these templates."""
        return cls(tuple(sorted(templates, key=lambda one: -len(PLACEHOLDER.sub("", one)))))

    def find(self, sentence: str) -> tuple[str, dict[str, str]]:
        """Return the template a sentence was made of and what filled its places; the sentence when none fits."""
        for template in self.templates:
            match = _pattern(template).fullmatch(sentence)
            if match is not None:
                return template, match.groupdict()
        return sentence, {}


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values into {placeholders}; one without a value stays as it is."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


def choose_language(*, query: str = "", cookie: str = "", accept: str = "") -> str:
    """Choose the language: what the address asks for, then the cookie, then Accept-Language, then English."""
    for wish in (query, cookie):
        if wish in LANGUAGES:
            return wish
    best, best_weight = DEFAULT, 0.0
    for part in accept[:ACCEPT_CHARACTERS_MAX].split(","):
        tag, _separator, weight_text = part.replace(" ", "").partition(";q=")
        language = tag.partition("-")[0].lower()
        weight = float(weight_text) if re.fullmatch(r"[01](\.\d{0,3})?", weight_text) else 1.0
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _zone(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone or clock.zone())


def format_date(language: str, moment: date | str, width: Width = "long", *, timezone: str = "") -> str:
    """Write a day, such as 21 November 2026; a moment is first moved to the time zone, "" for the country's."""
    parsed = _parsed(moment)
    day = parsed.astimezone(_zone(timezone)) if isinstance(parsed, datetime) else parsed
    return dates.format_date(day, width, locale=_locale(language))


def format_month(language: str, moment: date | str) -> str:
    """Write a month, such as November 2026."""
    return dates.format_skeleton("yMMMM", _parsed(moment), locale=_locale(language))


def format_datetime(language: str, moment: datetime | str, width: Width = "medium", *, timezone: str = "") -> str:
    """Write a day and a time of day."""
    return dates.format_datetime(_instant(moment), width, tzinfo=_zone(timezone), locale=_locale(language))


def format_minute(language: str, moment: datetime | str, *, timezone: str = "") -> str:
    """Write a day and a time of day to the minute, as people agree on them: 6 Dec 2026, 10:00."""
    at, zone, locale = _instant(moment), _zone(timezone), _locale(language)
    day = dates.format_date(at.astimezone(zone), "medium", locale=locale)
    joined = str(dates.get_datetime_format("medium", locale=locale)).replace("'", "")
    return joined.replace("{0}", dates.format_time(at, "short", tzinfo=zone, locale=locale)).replace("{1}", day)


def format_time(language: str, moment: datetime | str, width: Width = "medium", *, timezone: str = "") -> str:
    """Write a time of day, to the second."""
    return dates.format_time(_instant(moment), width, tzinfo=_zone(timezone), locale=_locale(language))


def format_ago(language: str, moment: datetime | str) -> str:
    """Write a moment as seen from now: 5 minutes ago, in 2 days."""
    distance = _instant(moment) - clock.now()
    return dates.format_timedelta(distance, add_direction=True, threshold=1.2, locale=_locale(language))


def format_duration(language: str, length: timedelta) -> str:
    """Write a length of time in its largest fitting unit: 3 days."""
    return dates.format_timedelta(length, threshold=1.2, locale=_locale(language))


def format_number(language: str, number: float | Decimal) -> str:
    """Write a number with the separators of the language."""
    return _sign_first(language, numbers.format_decimal(number, locale=_locale(language)))


def format_change(language: str, number: float | Decimal) -> str:
    """Write by how much something changed, with its sign: +22."""
    return _sign_first(language, numbers.format_decimal(number, format=_CHANGE, locale=_locale(language)))


def _sign_first(language: str, written: str) -> str:
    """Set a figure apart from words that run from right to left: its sign would stand behind its digits there."""
    return written if direction(language) == "ltr" else _SIGNED.sub("\u2066\\g<0>\u2069", written)


def format_percent(language: str, share: float | Decimal, *, decimals: int = 0) -> str:
    """Write a share of one as a percentage, with at most so many decimals: 0.125 with one is 12.5%."""
    rounded = round(Decimal(str(share)), decimals + 2)
    written = numbers.format_percent(rounded, locale=_locale(language), decimal_quantization=False)
    return _sign_first(language, written)


def format_money(language: str, amount: Decimal | float | str, currency: str) -> str:
    """Write an amount in a currency given by its ISO 4217 code, with as many decimals as the currency has."""
    written = numbers.format_currency(Decimal(str(amount)), currency, locale=_locale(language))
    return _sign_first(language, _LETTER_THEN_DIGIT.sub("\u00a0", written))


def is_currency(code: str) -> bool:
    """Tell whether a text is the ISO 4217 code of a currency."""
    return numbers.is_currency(code)


def format_list(language: str, parts: Sequence[str]) -> str:
    """Write several things one after the other as the language does: French, Arabic and English."""
    told = lists.format_list(parts, locale=_locale(language))
    if language != "es" or len(parts) < 2:
        return told
    last = f" y {parts[-1]}"
    return told.removesuffix(last) + _SPANISH_AND.sub(" e ", last, count=1)


def country_name(language: str, code: str) -> str:
    """Return what a country is called in a language, by its two letters (ISO 3166-1); an unknown code stays."""
    return str(Locale.parse(_locale(language)).territories.get(code, code))


def language_name(code: str) -> str:
    """Return what a language calls itself, such as Português for pt; an unknown code stays."""
    if code in NAMES:
        return NAMES[code]
    try:
        name = Locale.parse(code, sep="-").get_language_name(code.partition("-")[0])
    except (ValueError, UnknownLocaleError):
        return code
    return name[:1].upper() + name[1:] if name else code


def _compiled(catalogue: Catalog) -> Translations:
    """Turn a catalogue into look-up form in memory, so that no build step makes .mo files."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=TRANSLATIONS_CACHED_MAX)
def _find(language: str, singular: str, plural: str | None, count: int, folder: Path | None) -> str:
    untranslated = singular if plural is None or count == 1 else plural
    order = [folder] if folder in _catalogues else []
    for known in [*order, *(path for path in _catalogues if path != folder)]:
        if words := _catalogues[known].get(language):
            found = words.gettext(singular) if plural is None else words.ngettext(singular, plural, count)
            if found != untranslated:
                return found
    return untranslated


@cache
def _shapes(folder: Path) -> Shapes:
    """Return the texts with places of a folder's catalogues; those with few fixed letters would fit anything."""
    language = next(one for one in LANGUAGES if one != DEFAULT)
    texts = [entry.id for entry in read_catalogue(folder, language) if isinstance(entry.id, str)]
    # A regular expression in a text, such as [0-9]{2}, is no place.
    places = {text: PLACEHOLDER.findall(text) for text in texts}
    sentences = (text for text, names in places.items() if names and all(map(str.isidentifier, names)))
    return Shapes.of(text for text in sentences if len(PLACEHOLDER.sub("", text)) >= SHAPE_CHARACTERS_MIN)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return the expression of a template; made when it is first sought, since a start would wait for hundreds."""
    parts: list[str] = []
    position = 0
    for place in PLACEHOLDER.finditer(template):
        parts.append(re.escape(template[position : place.start()]))
        known = f"(?P<{place[1]}>" in "".join(parts)
        parts.append(f"(?P={place[1]})" if known else f"(?P<{place[1]}>.+?)")
        position = place.end()
    return re.compile("".join(parts) + re.escape(template[position:]), re.DOTALL)


def _locale(language: str) -> str:
    return _LOCALES.get(language, _LOCALES[DEFAULT])


def _parsed(moment: date | str) -> date:
    if not isinstance(moment, str):
        return moment
    return datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)


def _instant(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
