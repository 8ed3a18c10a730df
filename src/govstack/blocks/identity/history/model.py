"""Events of an identity, what their published details are, and how a list of them is narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

import msgspec

from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused

EVENT_ID_DIGITS = 16
SEARCH_CHARACTERS_MAX = 30
PAGE_EVENTS = 10
PAGE_EVENTS_MAX = 100
PAGES_MAX = 100_000
OFFSET_MINUTES_MAX = 16 * 60
LANGUAGES: Mapping[str, str] = {"eng": "en", "fra": "fr", "fre": "fr", "spa": "es", "ara": "ar", "swa": "sw"}


class Kind(StrEnum):
    """What an event is about, as the published history groups them."""

    AUTHENTICATION = "AUTHENTICATION_REQUEST"
    SERVICE = "SERVICE_REQUEST"
    DATA_UPDATE = "DATA_UPDATE_REQUEST"
    ID_MANAGEMENT = "ID_MANAGEMENT_REQUEST"
    DATA_SHARE = "DATA_SHARE_REQUEST"


class Status(StrEnum):
    """How far an event has come."""

    SUCCESS = "SUCCESS"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"


class Info(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The published details of an event; what does not apply is empty."""

    purpose: str = ""
    applicant_name: str = ""
    partner_id: str = ""
    partner_logo: str = ""
    partner_name: str = ""
    payment_status: str = ""
    partner_transaction_id: str = ""
    delivery_address: str = ""
    authentication_mode: str = ""
    vid_type: str = ""
    vid: str = ""
    attribute_list: str = ""
    download_card_link: str = ""
    order_tracking_link: str = ""
    tracking_id: str = ""


NO_INFO = Info()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a person's identity; `summary` is a sentence that catalogues translate."""

    event_id: str
    person_id: str
    kind: Kind
    status: Status
    summary: str
    at: str
    info: Info = NO_INFO


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are wanted: moments from (inclusive) and before, kinds, states, digits of the number, and a page."""

    since: str = ""
    before: str = ""
    kinds: tuple[Kind, ...] = tuple(Kind)
    statuses: tuple[Status, ...] = tuple(Status)
    digits: str = ""
    ascending: bool = True
    page: int = 0
    size: int = PAGE_EVENTS


@dataclass(frozen=True, slots=True)
class Found:
    """One page of events and how many there are."""

    events: tuple[Event, ...]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return -(-self.total // self.size)


def language(code: str) -> str:
    """Return the language of a code of three letters, English where we do not speak it; raises Refused."""
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise Refused(INVALID_REQUEST, "The language is a code of three letters, such as eng.")
    return LANGUAGES.get(code.lower(), "en")


def offset_minutes(text: str) -> int:
    """Return how many minutes local time is behind UTC, as browsers count it: -330 for India; raises Refused."""
    plain = text.strip()
    if not plain:
        return 0
    if not plain.lstrip("+-").isdecimal() or not plain.isascii() or len(plain) > 5 or plain[1:].strip("0123456789"):
        raise Refused(INVALID_REQUEST, "time-zone-offset is a number of minutes, such as -330.")
    minutes = int(plain)
    if abs(minutes) > OFFSET_MINUTES_MAX:
        raise Refused(INVALID_REQUEST, "time-zone-offset lies outside the world's time zones.")
    return minutes


def local(at: str, minutes: int) -> datetime:
    """Return a kept moment on the clock of whoever asks."""
    return datetime.fromisoformat(at) - timedelta(minutes=minutes)


def day(text: str, name: str, minutes: int, *, days: int = 0) -> datetime:
    """Return the moment a local day begins, some days later; raises Refused for what is no date."""
    try:
        date = datetime.fromisoformat(text).date() if len(text) == 10 else None
        begins = datetime.combine(date, time(), UTC) if date else None
        moment = begins + timedelta(days=days, minutes=minutes) if begins else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Refused(INVALID_REQUEST, f"{name} is a date such as 2026-11-22.")
    return moment


def kinds(text: str) -> tuple[Kind, ...]:
    """Return the kinds that a filter names; raises Refused."""
    if text in {"", "ALL"}:
        return tuple(Kind)
    try:
        return tuple(Kind(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise Refused(INVALID_REQUEST, f"serviceType is ALL or one of {', '.join(Kind)}.") from error


def statuses(text: str) -> tuple[Status, ...]:
    """Return the states that a filter names, with commas between; raises Refused."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or "ALL" in parts:
        return tuple(Status)
    try:
        return tuple(Status(part) for part in parts)
    except ValueError as error:
        raise Refused(INVALID_REQUEST, f"statusFilter is ALL or some of {', '.join(Status)}.") from error


def whole(text: str, name: str, *, default: int, least: int, most: int) -> int:
    """Return a number of a filter; raises Refused."""
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 9) or not least <= int(text) <= most:
        raise Refused(INVALID_REQUEST, f"{name} is a whole number from {least} to {most}.")
    return int(text)


def ascending(text: str) -> bool:
    """Tell whether the oldest come first; raises Refused."""
    if text.upper() not in {"", "ASC", "DESC"}:
        raise Refused(INVALID_REQUEST, "sortType is ASC or DESC.")
    return text.upper() != "DESC"


def searched(text: str) -> str:
    """Return the digits looked for in event numbers; raises Refused when there are too many signs."""
    if len(text) > SEARCH_CHARACTERS_MAX:
        raise Refused(INVALID_REQUEST, f"searchText has at most {SEARCH_CHARACTERS_MAX} characters.")
    return text.strip()
