"""What a form of a record holds, read by what its kind declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel import i18n
from govstack.kernel.routing import Call
from govstack.pillars.learn.frame.model import is_id
from govstack.pillars.learn.records.model import Audience, Content, FieldKind, Kind
from govstack.pillars.learn.transfer.model import read_cell


class NewQuery(msgspec.Struct, frozen=True):
    """What a new record belongs to: the id of the record that its first field of that sort points at."""

    to: Annotated[str, Meta(max_length=100)] = ""


class PageQuery(msgspec.Struct, frozen=True):
    """Which records a page shows: those with words in their titles, those taken out of use instead, which part."""

    q: Annotated[str, Meta(max_length=100)] = ""
    archived: bool = False
    page: Annotated[int, Meta(ge=1, le=100_000)] = 1


def content_of(call: Call, kind: Kind) -> Content:
    """Return what a form says, each value as its field's type where it can be read so."""
    content: Content = {}
    for one in kind.fields:
        sent = call.form_lists.get(one.name, [])
        value: Any
        if one.kind is FieldKind.DATE:
            value = _date(call.form, one.name)
        elif one.many:
            value = [line for text in sent for line in text.splitlines()]
        else:
            value = read_cell(one, call.form.get(one.name, ""))
        if value not in (None, "", []):
            content[one.name] = read_cell(one, value) if one.many else value
    return content


def _date(form: Mapping[str, str], name: str) -> str:
    day, month, year = (form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return ""
    # Keyboards of many languages write digits of their own, such as ٢٤ for 24.
    whole = all(part.isdecimal() and len(part) <= len("2026") for part in (day, month, year))
    return f"{int(year):04}-{int(month):02}-{int(day):02}" if whole else f"{year}-{month}-{day}"


def audience_of(form: Mapping[str, str]) -> Audience:
    """Return who may read a record, as its form says; the fewest when it says nothing that fits."""
    told = form.get("audience", "")
    return Audience(told) if told in set(Audience) else Audience.PRIVATE


def written_in(form: Mapping[str, str]) -> str:
    """Return the language of the texts, as a form says; "" where it names none that is offered."""
    told = form.get("written_in", "")
    return told if told in i18n.LANGUAGES else ""


def made_of(form: Mapping[str, str]) -> str:
    """Return the id of what a form makes, which stands in it so that the same form makes it once; "" without one."""
    told = form.get("made", "")
    return told if is_id(told) else ""


def number_of(form: Mapping[str, str]) -> int:
    """Return the revision that a form was made from, 0 when it does not say."""
    told = form.get("number", "")
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0
