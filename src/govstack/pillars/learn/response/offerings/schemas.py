"""Wire shapes of offerings and sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import line_field, line_given
from govstack.pillars.learn.frame.schemas import moment_entered, moment_given
from govstack.pillars.learn.people.model import ID_CHARACTERS_MAX, Id, Word
from govstack.pillars.learn.response.offerings.model import (
    LEVEL_MAX,
    LISTED_MAX,
    SMS_CHARACTERS_MAX,
    USSD_CHARACTERS_MAX,
    Listed,
    Moment,
    Offering,
    Session,
    State,
    Wanted,
    shortened,
)
from govstack.pillars.learn.seating.model import SEATS_MAX


class SessionCard(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What everybody may know of a session: whether it is online, not by which link; costs and quotas neither."""

    id: Id
    registration_starts: Moment
    registration_ends: Moment
    starts: Moment
    ends: Moment
    place: str
    online: bool
    languages: tuple[str, ...]
    seats: int
    free: int
    cancelled: bool


class OfferingCard(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An offering with its sessions that have not ended."""

    offering: Offering
    hours: float
    sessions: list[SessionCard]


class Catalogue(msgspec.Struct, frozen=True, rename="camel"):
    """Offerings, and after which id the next ones come ("" at the end)."""

    offerings: list[OfferingCard]
    next: str = ""


class CatalogueQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which offerings: of a type, audience, delivery form, language; "" leaves all."""

    type: Word = ""
    track: Word = ""
    delivery: Word = ""
    language: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50

    def wanted(self) -> Wanted:
        """Return what the list is narrowed to."""
        return Wanted(
            type=self.type, track=self.track, delivery=self.delivery, language=self.language, state=str(State.OPEN)
        )


class SummaryQuery(msgspec.Struct, frozen=True):
    """For which channel, and in which language."""

    channel: Literal["sms", "ussd"] = "sms"
    language: Word = "en"


class Summary(msgspec.Struct, frozen=True):
    """A summary that fits one message."""

    text: str


class SessionQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which part of the list of sessions, of a centre or of all."""

    centre: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class SessionList(msgspec.Struct, frozen=True):
    """Sessions, and after which id the next ones come ("" at the end)."""

    sessions: list[Session]
    next: str = ""


# What ends a sentence already, in the scripts of our languages.
ENDS = ("?", "!", ".", "…", "\N{ARABIC QUESTION MARK}")


def session_card(one: Session) -> SessionCard:
    """Return what everybody may know of a session."""
    return SessionCard(
        id=one.id, registration_starts=one.registration_starts, registration_ends=one.registration_ends,
        starts=one.starts, ends=one.ends, place=one.place, online=bool(one.link), languages=one.languages,
        seats=one.seats, free=one.seats - one.taken, cancelled=one.cancelled,
    )  # fmt: skip


def card(listed: Listed) -> OfferingCard:
    """Return what everybody may know of an offering."""
    return OfferingCard(
        offering=listed.offering, hours=listed.offering.hours, sessions=[session_card(one) for one in listed.sessions]
    )


def summary(offering: Offering, channel: str, language: str) -> Summary:
    """Return title and summary as one short message."""
    title = offering.titles.get(language) or next(iter(offering.titles.values()))
    told = offering.summaries.get(language) or next(iter(offering.summaries.values()), "")
    limit = SMS_CHARACTERS_MAX if channel == "sms" else USSD_CHARACTERS_MAX
    mark = "" if title.rstrip().endswith(ENDS) else "."
    return Summary(shortened(f"{title}{mark} {told}".strip(), limit))


def given(offering: Offering, language: str) -> dict[str, str]:
    """Return an offering as the form that changes it has it."""
    price, certificate = offering.price, offering.certificate
    told = {
        "title": offering.titles.get(language) or next(iter(offering.titles.values())),
        "summary": offering.summaries.get(language) or next(iter(offering.summaries.values()), ""),
        "track": offering.track, "delivery": offering.delivery,
        "materials": line_field(offering.materials), "amount": price.amount if price else "",
        "currency": price.currency if price else "", "completion": str(offering.completion),
        "count": str(offering.completion_count or ""), "offline": "yes" if offering.offline else "",
        "programme": offering.programme or "", "accessibility": line_field(offering.accessibility),
        "attendance": str(certificate.attendance_percent), "assessment": str(certificate.assessment_percent),
        "state": str(offering.state),
        "channels": "\n".join(f"{one.kind}: {one.address}" for one in offering.channels),
        "raises": "\n".join(f"{one.competency_id}, {one.from_level}, {one.to_level}" for one in offering.raises),
    }  # fmt: skip
    for number, part in enumerate(offering.parts, start=1):
        cells = {
            "title": part.title, "delivery": part.delivery, "hours": f"{part.hours:g}", "link": part.link,
            "required": "yes" if part.required else "", "tested": "yes" if part.tested else "",
        }  # fmt: skip
        told |= {f"{name}_{number}": text for name, text in cells.items()}
    return told


def raises_given(text: str) -> list[tuple[str, int, int]] | None:
    """Return the competencies, from which level to which, that lines of a form name; None where one cannot be read."""
    found: list[tuple[str, int, int]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        name, *levels = (one.strip() for one in line.rsplit(",", 2))
        if not name or len(levels) != 2 or not all(one.isascii() and one.isdecimal() for one in levels):
            return None
        since, until = (int(one[:4]) for one in levels)
        if not since < until <= LEVEL_MAX:
            return None
        found.append((name, since, until))
    return found if len(found) <= LISTED_MAX else None


AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
CURRENCY = re.compile(r"[A-Z]{3}")


def price_faults(form: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with price and materials of a course, by field."""
    errors: dict[str, str] = {}
    if form.get("amount") and not (AMOUNT.fullmatch(form["amount"]) and CURRENCY.fullmatch(form.get("currency", ""))):
        errors["amount"] = _("Enter an amount such as 1200 and a currency such as USD.")
    named = line_given(form.get("materials", ""))
    if len(named) > LISTED_MAX or any(len(one) > ID_CHARACTERS_MAX for one in named):
        errors["materials"] = _("Name at most 40 materials by their ids.")
    return errors


def languages_of(sent: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the languages that a form names, each once."""
    return tuple(dict.fromkeys(sent.get("languages", ())))


PLACE_MAX = 200
LINK = re.compile(r"https?://\S{1,990}")
MOMENTS = ("registration_starts", "registration_ends", "starts", "ends")


def session_fields(one: Session) -> dict[str, str]:
    """Return a session as the form that changes it has it, with times as they are entered."""
    told = {name: moment_entered(getattr(one, name)) for name in MOMENTS}
    return {**told, "place": one.place, "link": one.link, "seats": str(one.seats)}


def session_given(sent: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a form says of a session, and what is wrong by field."""
    form = {name: text.strip() for name, text in sent.items()}
    moments = {name: moment_given(form.get(name, "")) for name in MOMENTS}
    errors = {name: _("Enter a day and time such as 2026-11-21 09:00.") for name in MOMENTS if moments[name] is None}
    seats = form.get("seats", "")
    if not (seats.isascii() and seats.isdigit() and len(seats) < 8 and 1 <= int(seats) <= SEATS_MAX):
        errors["seats"] = _("Enter how many seats there are.")
        seats = "1"
    if len(form.get("place", "")) > PLACE_MAX:
        errors["place"] = _("Write at most 200 characters.")
    if "://" in form.get("place", ""):
        errors["place"] = _("Everybody sees the location. Enter a link to take part in the field for it.")
    if form.get("link") and not LINK.fullmatch(form["link"]):
        errors["link"] = _("Enter an address that begins with https://.")
    return {**moments, "place": form.get("place", ""), "link": form.get("link", ""), "seats": int(seats)}, errors
