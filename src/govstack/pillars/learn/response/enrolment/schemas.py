"""Wire shapes of enrolment."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Id, Word
from govstack.pillars.learn.response.enrolment.model import Enrolment, Needs, Shown

COLUMNS = ("enrolment", "session", "course", "state", "starts", "ends", "needs", "link")
MEMBER_COLUMNS = ("enrolment", "number", "name", "ministry", "gender", "state", "queue", "needs", "needsMet")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody needs in order to take part, such as sign language; nobody has to say."""

    needs: Needs = ""


class Nominated(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Who is put forward."""

    learner_id: Id
    needs: Needs = ""


class Decided(msgspec.Struct, frozen=True):
    """Whether somebody agrees."""

    accept: bool


class Met(msgspec.Struct, frozen=True):
    """Whether what somebody needs is arranged."""

    met: bool


class Listed(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """An enrolment with its course; `queue` is the place on the waiting list, 1 for the next one.

    `link` leads to the session, for those who have a place and those who keep it.
    """

    enrolment: Enrolment
    offering_id: Id
    track: str
    starts: str
    ends: str
    queue: int = 0
    link: str = ""


class EnrolmentList(msgspec.Struct, frozen=True):
    """Enrolments, and after which id the next ones come ("" at the end)."""

    enrolments: list[Listed]
    next: str = ""


class MembersQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


def listed(one: Shown) -> Listed:
    """Return an enrolment with its course."""
    return Listed(
        enrolment=one.enrolment, offering_id=one.offering.id, track=one.offering.track,
        starts=one.session.starts.isoformat(), ends=one.session.ends.isoformat(), queue=one.queue,
        link=one.link,
    )  # fmt: skip


def row(one: Shown) -> list[object]:
    """Return one's own enrolment as a row of a file."""
    return [
        one.enrolment.id, one.session.id, one.offering.id, str(one.enrolment.state), one.session.starts.isoformat(),
        one.session.ends.isoformat(), one.enrolment.needs, one.link,
    ]  # fmt: skip


def member_row(one: Shown) -> list[object]:
    """Return somebody in a session as a row of a file."""
    person = one.person
    return [
        one.enrolment.id, (person.number if person else "") or one.enrolment.person_id, person.name if person else "",
        one.enrolment.ministry_id, one.enrolment.gender, str(one.enrolment.state), one.queue or "",
        one.enrolment.needs, one.enrolment.needs_met,
    ]  # fmt: skip
