"""What rooms share of the wire: lists as files; days, moments and whole numbers as forms send them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import is_id
from govstack.web import clocks

TOO_LONG = _("This text is too long.")
BYTE_ORDER_MARK = "\ufeff"
RETURN_CHARACTERS_MAX = 300
# An address below this pillar, and nothing that leads elsewhere.
_BELOW = re.compile(r"/[A-Za-z0-9_~.-][A-Za-z0-9_~./?=&%-]*")


def misfits(
    given: Mapping[str, object], shape: type[msgspec.Struct], told: Mapping[str, str], *, whole: Mapping[str, object]
) -> dict[str, str]:  # fmt: skip
    """Return which values of a form do not fit a shape, each with what is `told` of it, else that it is too long.

    Each is looked at beside values that make the shape `whole`; names are those of the shape.
    """
    found = {}
    for name, value in given.items():
        try:
            msgspec.convert({**whole, name: value}, shape, strict=False)
        except msgspec.ValidationError:
            found[name] = told.get(name, TOO_LONG)
    return found


def day_given(form: Mapping[str, str], name: str) -> date | None:
    """Return the day that three fields of a form give; None for none, or for one that is not in the calendar."""
    year, month, day = (whole_given(form, f"{name}-{part}", most=9_999) for part in ("year", "month", "day"))
    try:
        return None if year is None or month is None or day is None else date(year, month, day)
    except ValueError:
        return None


def day_fields(form: Mapping[str, str], name: str, day: date | None = None) -> Mapping[str, str]:
    """Return a day for the three fields of a form: as it was sent, else a known one."""
    if f"{name}-day" in form:
        return {part: form.get(f"{name}-{part}", "") for part in ("day", "month", "year")}
    if day is None:
        return dict.fromkeys(("day", "month", "year"), "")
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def whole_given(form: Mapping[str, str], name: str, *, least: int = 0, most: int) -> int | None:
    """Return the whole number that a field of a form gives; None when there is none within its bounds."""
    text = form.get(name, "").strip()
    # Keyboards of many languages write digits of their own, such as ٨٠ for 80.
    if not (text.isdecimal() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None


def moment_given(text: str) -> datetime | None:
    """Return the moment that a text such as 2026-11-21 09:00 gives on the clocks of the country; None for none."""
    told = text.strip()
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return None if found.tzinfo is not None or len(told) < 16 else clocks.meant(found)


def moment_entered(moment: datetime) -> str:
    """Return a moment as people enter it, such as 2026-11-21 09:00 on the clocks of the country."""
    return clocks.shown(moment).strftime("%Y-%m-%d %H:%M")


def chosen_id(call: Call, field: str) -> str:
    """Return the id that a caller chooses in the address of something they write; raises BadId.

    What is kept is read as its declared shape: a single id outside of it would take a whole list away.
    """
    if not is_id(call.path[field]):
        raise BadId
    return call.path[field]


def way_back(text: str) -> str:
    """Return an address below this pillar, "" for any other: nobody is led away from here by a link."""
    good = len(text) <= RETURN_CHARACTERS_MAX and _BELOW.fullmatch(text) and ".." not in text and "//" not in text
    return text if good else ""
