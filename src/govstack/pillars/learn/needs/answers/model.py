"""A response: who rates whom, when, and with which answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.campaigns.model import Rater
from govstack.pillars.learn.needs.instruments.model import ITEMS_MAX, Instrument, Item, ItemKind
from govstack.pillars.learn.needs.scoring.model import Mark

WORDS_CHARACTERS_MAX = 4_000
ATTENDANCE_MAX = 200
BATCH_MAX = 500
# Clocks of telephones are wrong now and then; an answer of tomorrow was given now.
CLOCK_AHEAD_MAX = timedelta(days=1)

ResponseId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$")]
Words = Annotated[str, Meta(max_length=WORDS_CHARACTERS_MAX)]
Id = Annotated[str, Meta(max_length=100)]
Confidence = Literal["", "low", "medium", "high"]


class _Shape(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A part of a response."""


class Answer(_Shape, frozen=True, kw_only=True):
    """What is answered to an item: a choice, a number or a text, with evidence and how sure the rater is."""

    item: Id
    choice: Id = ""
    number: float | None = None
    text: Words = ""
    evidence: Words = ""
    confidence: Confidence = ""


class Attendee(_Shape, frozen=True, kw_only=True):
    """Somebody at a meeting: a person who is known here, or a name."""

    person: Id = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    organisation: Annotated[str, Meta(max_length=200)] = ""


class Response(_Shape, frozen=True, kw_only=True):
    """A response as a client sends it, with an id that the client makes: sending it again changes nothing.

    `about` is the id or the number of a person, or the id of an organisation; left out, it is whoever signed in.
    """

    id: ResponseId
    about: Id = ""
    rater: Rater = Rater.SELF
    meeting: Id = ""
    answered_at: Annotated[str, Meta(max_length=40)] = ""
    language: Annotated[str, Meta(max_length=12)] = ""
    confidence: Confidence = ""
    answers: Annotated[tuple[Answer, ...], Meta(max_length=ITEMS_MAX)] = ()
    notes: Words = ""
    attendance: Annotated[tuple[Attendee, ...], Meta(max_length=ATTENDANCE_MAX)] = ()


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was said in words, which is sealed: texts and evidence by item, and notes."""

    texts: dict[str, str] = {}
    evidence: dict[str, str] = {}
    notes: str = ""


class Taking(StrEnum):
    """What became of a response that was sent: added now, known already, or refused."""

    ADDED = "added"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a response, and by field what was wrong with it."""

    id: str
    taking: Taking
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A response as it is stored, without what it says in words."""

    id: str
    campaign_id: str
    member_id: str
    rater: Rater
    rater_id: str | None
    meeting: str
    answered_at: str
    received_at: str
    language: str
    confidence: str
    answers: str
    digest: str

    @property
    def marks(self) -> dict[str, Mark]:
        """Return the answers by item."""
        return marks_of(self.answers)


UNKNOWN_ITEM = _("is not a question of this campaign")
UNKNOWN_CHOICE = _("is answered with something that is not one of its choices")
NO_CHOICE = _("is answered by choosing")
NO_NUMBER = _("is answered with a number")
TOO_FAR = _("is a number below the lowest or above the highest that is possible")
DOUBLE_ANSWER = _("is answered twice")
NO_EVIDENCE = _("needs a word on the evidence")
EMPTY = _("has no answer at all")
WRONG_MOMENT = _("must be a moment such as 2027-01-31T09:00:00Z")
AHEAD = _("must not lie in the future")
NOT_ASKED = _("is a way to rate that this campaign does not use")
NO_MEETING = _("belongs to ratings by a group")
UNKNOWN_MEMBER = _("is nobody whom this campaign assesses")
NOT_THEIRS = _("is somebody whom you may not rate in this way")
NOT_IN_WINDOW = _("lies outside the days of the campaign, or came in too late")
OTHER_CONTENT = _("was sent before with other answers; give a changed response a new id")


def marks_of(text: str) -> dict[str, Mark]:
    """Return stored answers by item."""
    return _MARKS.decode(text)


_MARKS = msgspec.json.Decoder(dict[str, Mark])


class Checker:
    """Tells what is wrong with responses to one instrument; made once for many."""

    def __init__(self, instrument: Instrument, raters: Collection[Rater]) -> None:
        choices = {scale.id: frozenset(one.id for one in scale.choices) for scale in instrument.scales}
        self._items = {one.id: (one, choices.get(one.scale or "", frozenset())) for one in instrument.items}
        self._raters = frozenset(raters)

    def faults(self, response: Response) -> dict[str, str]:
        """Return what is wrong with a response, by item or field."""
        found: dict[str, str] = {}
        seen: set[str] = set()
        for answer in response.answers:
            known = self._items.get(answer.item)
            if known is None:
                found[answer.item] = UNKNOWN_ITEM
            elif answer.item in seen:
                found[answer.item] = DOUBLE_ANSWER
            elif wrong := _wrong(*known, answer):
                found[answer.item] = wrong
            seen.add(answer.item)
        if not response.answers:
            found["answers"] = EMPTY
        if response.rater not in self._raters:
            found["rater"] = NOT_ASKED
        if response.rater is not Rater.GROUP and (response.attendance or response.meeting):
            found["attendance"] = NO_MEETING
        wrong = moment(response.answered_at)[1]
        if wrong:
            found["answeredAt"] = wrong
        return found


def _wrong(item: Item, choices: frozenset[str], answer: Answer) -> str:
    if item.evidence and not answer.evidence.strip():
        return NO_EVIDENCE
    if item.kind is ItemKind.CHOICE:
        if not answer.choice or answer.number is not None or answer.text:
            return NO_CHOICE
        return "" if answer.choice in choices else UNKNOWN_CHOICE
    if item.kind is ItemKind.NUMBER:
        if answer.number is None or answer.choice or answer.text:
            return NO_NUMBER
        below = item.lowest is not None and answer.number < item.lowest
        return TOO_FAR if below or (item.highest is not None and answer.number > item.highest) else ""
    return EMPTY if not answer.text.strip() or answer.choice or answer.number is not None else ""


def moment(text: str) -> tuple[str, str]:
    """Return when something was answered as it is stored, and what is wrong with it; nothing said means now."""
    now = clock.timestamp()
    if not text:
        return now, ""
    try:
        at = clock.timestamp(clock.parse(text))
    except ValueError:
        return now, WRONG_MOMENT
    if at > clock.timestamp(clock.now() + CLOCK_AHEAD_MAX):
        return now, AHEAD
    return min(at, now), ""


def marks(response: Response) -> dict[str, Mark]:
    """Return what was chosen and counted, by item."""
    return {
        one.item: Mark(one.choice, one.number, one.confidence)
        for one in response.answers
        if one.choice or one.number is not None
    }


def said(response: Response) -> Said:
    """Return what was said in words."""
    return Said(
        {one.item: one.text for one in response.answers if one.text},
        {one.item: one.evidence for one in response.answers if one.evidence},
        response.notes,
    )


def canonical(response: Response, member_id: str) -> Mapping[str, object]:
    """Return what makes a response this one and no other: sent again it is the same, whatever the way."""
    plain = msgspec.to_builtins(response)
    plain.pop("id")
    plain.pop("about", None)
    plain["answers"] = sorted(plain.get("answers", []), key=lambda one: str(one["item"]))
    return {**plain, "member": member_id}
