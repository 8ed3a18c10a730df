"""Draws pages: one Jinja2 environment per package, with our macros, and words and numbers in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined, Template, Undefined
from markupsafe import Markup, escape

from govstack.kernel import clock, i18n, ids
from govstack.web import assets, charts, refusals, sentences, sequence
from govstack.web.answers import Page

WEB_FOLDER: Final = Path(__file__).parent
ENVIRONMENTS_MAX: Final = 64
JSON_CHARACTERS_MAX: Final = 20_000

_GOVUK = "govuk_frontend_jinja"

NavigationItem = tuple[str, str, bool]


class Person(Protocol):
    """What the header shows of whoever is acting; kernel.actor.Actor fits."""

    @property
    def kind(self) -> str:
        """Say whether this is a person, an application, the system or nobody known."""

    @property
    def name(self) -> str:
        """Return the name to show."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything around a page's own content, as the layout shows it."""

    package_root: Path
    language: str = i18n.DEFAULT
    package_title: str = ""
    package_href: str = "/"
    front_href: str = "/"
    home_href: str = "/"
    profile: str = "production"
    path: str = ""
    # For a page that answers a form: where its language is chosen, and what is then sent there again.
    language_path: str = ""
    sent: Sequence[tuple[str, str]] = ()
    actor: Person | None = None
    csrf_token: str = ""
    correlation_id: str = ""
    navigation: Sequence[NavigationItem] = ()
    notice: str = ""
    static_base: str = assets.BASE_HREF
    sign_in_href: str = ""
    sign_out_href: str = ""
    title: str = ""

    @property
    def direction(self) -> str:
        """Return ltr or rtl."""
        return i18n.direction(self.language)

    @property
    def sandbox(self) -> bool:
        """Say whether people and data are invented here."""
        return self.profile == "sandbox"

    @property
    def signed_in_name(self) -> str:
        """Return the name of the person who is signed in, or nothing."""
        return self.actor.name or "…" if self.actor is not None and self.actor.kind == "person" else ""

    @property
    def languages(self) -> Sequence[tuple[str, str, str]]:
        """Return (code, name, address of this page in that language); none when nobody says where it is."""
        path = self.path or self.language_path
        if not path:
            return ()
        return [(code, i18n.NAMES[code], with_query(path, lang=code)) for code in i18n.LANGUAGES]


_shell: ContextVar[Shell] = ContextVar("shell")


def render(page: Page, shell: Shell) -> bytes:
    """Draw a page inside its surroundings.

    Templates see the page's values and `shell`; an undefined name is an error, not an empty place.
    """
    template = environment(shell.package_root).get_template(page.template)
    token = _shell.set(replace(shell, title=page.title))
    try:
        return template.render({**page.values, "shell": _shell.get()}).encode()
    finally:
        _shell.reset(token)


def with_query(path: str, **changes: object) -> str:
    """Return the address with query parameters changed; None removes one."""
    address, _mark, query = path.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in changes]
    kept += [(name, str(value)) for name, value in changes.items() if value is not None]
    return f"{address}?{urlencode(kept)}" if kept else address


class PackageEnvironment(Environment):
    """A strict environment; GOV.UK's macros, which rely on absent keys, run in a lenient one of their own."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._lenient = _govuk_environment()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - the name is Jinja's
    ) -> Template:
        """Find a template in the package, then in the design system; GOV.UK's under their own prefix."""
        if isinstance(name, str) and name.startswith(f"{_GOVUK}/"):
            return self._lenient.get_template(name, parent, globals)
        return super().get_template(name, parent, globals)


@lru_cache(maxsize=ENVIRONMENTS_MAX)
def environment(package_root: Path) -> Environment:
    """Return the environment of a package: its own templates first, then those of the design system."""
    for folder in (WEB_FOLDER, package_root):
        i18n.register(folder)
    made = PackageEnvironment([package_root / "templates", WEB_FOLDER / "templates"])
    made.filters.update(_FILTERS)
    made.globals.update(_GLOBALS)
    for name in ("forms", "parts", "tables"):
        made.globals[name] = made.get_template(f"macros/{name}.html").module
    return made


@lru_cache(maxsize=1)
def _govuk_environment() -> Environment:
    return Environment(
        loader=PrefixLoader({_GOVUK: PackageLoader(_GOVUK)}),
        autoescape=True,
        undefined=Undefined,
        trim_blocks=True,
        auto_reload=False,
    )


def _words(text: str, **values: object) -> str:
    """Translate; where a value is markup, everything else is escaped and the result is markup."""
    shell = _shell.get()
    if not any(hasattr(value, "__html__") for value in values.values()):
        return i18n.translate(shell.language, text, folder=shell.package_root, **values)
    translated = escape(i18n.translate(shell.language, text, folder=shell.package_root))
    return Markup(i18n.fill(translated, {name: escape(value) for name, value in values.items()}))  # noqa: S704


def _said(sentence: str) -> str:
    shell = _shell.get()
    return i18n.said(shell.language, sentence, folder=shell.package_root)


def _ngettext(singular: str, plural: str, count: int, **values: object) -> str:
    shell = _shell.get()
    return i18n.ntranslate(shell.language, singular, plural, count, folder=shell.package_root, **values)


def _date(moment: date | str, width: i18n.Width = "long") -> str:
    shell = _shell.get()
    return i18n.format_date(shell.language, moment, width)


def _datetime(moment: datetime | str, width: i18n.Width = "medium") -> str:
    shell = _shell.get()
    return i18n.format_datetime(shell.language, moment, width)


def _appointment(moment: datetime | str) -> str:
    shell = _shell.get()
    return sentences.appointment(shell.language, moment)


def _time(moment: datetime | str, width: i18n.Width = "medium") -> str:
    shell = _shell.get()
    return i18n.format_time(shell.language, moment, width)


def _ago(moment: datetime | str) -> str:
    return i18n.format_ago(_shell.get().language, moment)


def _number(number: float | Decimal) -> str:
    return i18n.format_number(_shell.get().language, number)


def _percent(share: float | Decimal, decimals: int = 0) -> str:
    return i18n.format_percent(_shell.get().language, share, decimals=decimals)


def _money(amount: Decimal | float | str, currency: str) -> str:
    return i18n.format_money(_shell.get().language, amount, currency)


def _listed(parts: Iterable[str]) -> str:
    return sentences.listed(_shell.get().language, parts)


def _set_apart(parts: Iterable[str]) -> str:
    return sentences.set_apart(_shell.get().language, parts)


def _pretty(value: object) -> str:
    """Lay JSON out for reading: a text that is JSON, or any value JSON can hold; too long a text is cut."""
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    try:
        shown = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        shown = None
    text = str(value) if shown is None else json.dumps(shown, indent=2, ensure_ascii=False, default=str)
    return text[:JSON_CHARACTERS_MAX]


def _asset(name: str) -> str:
    return assets.href(name, base=_shell.get().static_base)


def _chart(figure: charts.Figure) -> Markup:
    return charts.draw(figure, language=_shell.get().language)


def _sequence(diagram: sequence.Diagram) -> Markup:
    shell = _shell.get()
    messages = [replace(arrow, href=_url(arrow.href)) for arrow in diagram.messages]
    return sequence.draw(replace(diagram, messages=messages), language=shell.language)


def _url(path: str) -> str:
    """Return the address of a path: `/members` lies in this package, `~/learn` in another, others stay as they are."""
    mount = _shell.get().package_href.rstrip("/")
    if path.startswith("~/"):
        return path[1:]
    if path.startswith("/") and not path.startswith((f"{mount}/", "//")):
        return mount + path
    return path


def _here(**changes: object) -> str:
    """Return this page's address with query parameters changed, for sorting, filters and pages of a list."""
    return with_query(_shell.get().path, **changes) or "?"


def _in_order_of_fields(errors: Mapping[str, str], drawn: str) -> dict[str, str]:
    """Return errors in the order in which their fields stand on a page; those of no field come first."""
    places = {name: drawn.find(f' id="{escape(name)}"') for name in errors}
    return {name: errors[name] for name in sorted(errors, key=lambda name: places[name])}


def _csrf_token() -> str:
    return _shell.get().csrf_token


_FILTERS: Mapping[str, Callable[..., object]] = {
    "date": _date,
    "datetime": _datetime,
    "appointment": _appointment,
    "time": _time,
    "ago": _ago,
    "number": _number,
    "percent": _percent,
    "money": _money,
    "pretty": _pretty,
    "listed": _listed,
    "set_apart": _set_apart,
}
_GLOBALS: Mapping[str, Callable[..., object]] = {
    "_": _words,
    "said": _said,
    "ngettext": _ngettext,
    "asset": _asset,
    "time_zone": clock.zone,
    "chart": _chart,
    "sequence_diagram": _sequence,
    "here": _here,
    "in_order_of_fields": _in_order_of_fields,
    "url": _url,
    "refusal_said": refusals.said,
    "refusal_words": refusals.words_for,
    "csrf_token": _csrf_token,
    "form_mark": ids.new_id,
}
