"""Use cases of answers: take responses in, keep begun ones, and show somebody what was said about them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import EVALUATE, FACILITATE, PLAN
from govstack.pillars.learn.needs.answers import store
from govstack.pillars.learn.needs.answers.errors import FaultyResponse, NothingBegun
from govstack.pillars.learn.needs.answers.model import (
    NOT_IN_WINDOW,
    NOT_THEIRS,
    OTHER_CONTENT,
    UNKNOWN_MEMBER,
    Attendee,
    Checker,
    Kept,
    Response,
    Said,
    Taken,
    Taking,
    canonical,
    marks,
    marks_of,
    moment,
    said,
)
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.errors import NotOpen, UnknownCampaign
from govstack.pillars.learn.needs.campaigns.model import Campaign, Member, Rater, State
from govstack.pillars.learn.needs.instruments.model import Item
from govstack.pillars.learn.needs.scoring.model import pack
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.retention.service import Keeping, days_setting

ANSWERED = "learn.campaign.answered"
PURPOSE = "response"
BEGUN = "begun-response"
MINE_MAX = 500
ABOUT_MAX = 200
EXPORTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Spoken:
    """A response as those may read it who may: with its words and who attended."""

    kept: Kept
    said: Said
    attendance: tuple[Attendee, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that somebody is asked to rate: whom, in which campaign, in which way, and how far it is."""

    campaign: Campaign
    member: Member
    rater: Rater
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whoever sends responses; a training unit enters those of others too, such as those on paper."""

    by: Actor
    me: Person | None
    reports: frozenset[str]

    def may(self, campaign: Campaign, member: Member, rater: Rater) -> bool:
        """Tell whether they may rate somebody in a way."""
        if self.by.may(PLAN):
            return True
        if rater is Rater.GROUP:
            return self.by.may(FACILITATE)
        if self.me is None or rater not in {Rater.SELF, Rater.MANAGER}:
            return False
        if rater is Rater.MANAGER:
            return member.person_id in self.reports
        if campaign.personal:
            return member.person_id == self.me.id
        return member.organisation_id is not None and member.organisation_id == self.me.organisation_id


async def _sender(context: Context, by: Actor) -> _Sender:
    if by.kind != "person":
        return _Sender(by, None, frozenset())
    me = await people.me(context, by=by)
    return _Sender(by, me, frozenset(one.id for one in await people.reports(context, manager_id=me.id)))


async def add(context: Context, *, by: Actor, campaign_id: str, responses: Sequence[Response]) -> list[Taken]:
    """Take responses in and say of each what became of it; the same one again is known, whatever the way it comes.

    Raises UnknownCampaign, and NotOpen for a campaign that has not started.
    """
    writing = await checked(context, by=by, campaign_id=campaign_id, responses=responses)
    async with context.database.transaction() as tx:
        return await writing(tx)


async def checked(
    context: Context, *, by: Actor, campaign_id: str, responses: Sequence[Response]
) -> Callable[[Transaction], Awaitable[list[Taken]]]:
    """Check responses and return what takes them in, inside somebody's transaction; raises as `add` does."""
    campaign = await campaigns.campaign(context, campaign_id=campaign_id)
    if campaign.state is State.DRAFT:
        raise NotOpen
    sender = await _sender(context, by)
    members = await _members(context, campaign, sender, responses)
    checker, choosing = Checker(campaign.frozen, campaign.given.raters), campaign.frozen.choosing
    wrong: dict[int, dict[str, str]] = {}
    ready: dict[int, store.Sealed] = {}
    for place, one in enumerate(responses):
        member = members[place]
        found = _refusal(context, campaign, sender, member=member, checker=checker, response=one)
        if found or member is None:
            wrong[place] = found
        else:
            ready[place] = _sealed(context, campaign, sender=sender, member=member, response=one, choosing=choosing)

    async def write(tx: Transaction) -> list[Taken]:
        taken = await _added(tx, by, campaign, list(ready.values()))
        outcome = dict(zip(ready, taken, strict=True))
        return [outcome.get(at) or Taken(one.id, Taking.REFUSED, wrong[at]) for at, one in enumerate(responses)]

    return write


async def _members(
    context: Context, campaign: Campaign, sender: _Sender, responses: Sequence[Response]
) -> list[Member | None]:
    """Return whom each response is about: by id, by number, or as an organisation."""
    own = _own(campaign, sender)
    named = sorted({one.about or own for one in responses} - {""})
    found = await campaigns.members(context, campaign=campaign, named=named)
    return [found.get(one.about or own) for one in responses]


def _own(campaign: Campaign, sender: _Sender) -> str:
    if sender.me is None:
        return ""
    return sender.me.id if campaign.personal else sender.me.organisation_id or ""


def _refusal(
    context: Context,
    campaign: Campaign,
    sender: _Sender,
    *,
    member: Member | None,
    checker: Checker,
    response: Response,
) -> dict[str, str]:
    if member is None:
        return {"about": UNKNOWN_MEMBER}
    if not sender.may(campaign, member, response.rater):
        return {"about": NOT_THEIRS}
    found = checker.faults(response)
    if found:
        return found
    try:
        campaigns.refuse_unopened(context, campaign, moment(response.answered_at)[0])
    except NotOpen:
        return {"answeredAt": NOT_IN_WINDOW}
    return {}


def _sealed(
    context: Context, campaign: Campaign, *, sender: _Sender, member: Member, response: Response,
    choosing: Sequence[Item],
) -> store.Sealed:  # fmt: skip
    chosen = marks(response)
    rater_id = sender.me.id if sender.me else None
    if sender.by.may(PLAN) and response.rater in {Rater.SELF, Rater.MANAGER}:
        # Whoever enters what others said is in the audit trail; here it would pass for who rated.
        rater_id = member.person_id if response.rater is Rater.SELF else None
        if response.rater is Rater.MANAGER and sender.me and member.person_id in sender.reports:
            rater_id = sender.me.id
    kept = Kept(
        id=response.id, campaign_id=campaign.id, member_id=member.id, rater=response.rater, rater_id=rater_id,
        meeting=(response.meeting or response.id) if response.rater is Rater.GROUP else "",
        answered_at=moment(response.answered_at)[0], received_at=clock.timestamp(), language=response.language,
        confidence=response.confidence, answers=msgspec.json.encode(chosen, order="sorted").decode(),
        digest=crypto.digest(crypto.canonical(canonical(response, member.id))),
    )  # fmt: skip
    words = said(response)
    plain = msgspec.json.encode(words) if words != Said() else b""
    packed = pack(choosing, campaign.frozen, {name: one for name, one in chosen.items() if one.choice})
    attendance = tuple(
        (one.person or None, _seal(context, msgspec.json.encode(one), response.id)) for one in response.attendance
    )
    return store.Sealed(kept, packed, _seal(context, plain, response.id) if plain else None, attendance)


def _seal(context: Context, plain: bytes, response_id: str) -> bytes:
    return context.keys.seal(PURPOSE, plain, bound_to=response_id)


async def _added(tx: Transaction, by: Actor, campaign: Campaign, sealed: Sequence[store.Sealed]) -> list[Taken]:
    if not sealed:
        return []
    response_ids = sorted({one.kept.id for one in sealed})
    first: dict[str, str] = {}
    for one in sealed:
        first.setdefault(one.kept.id, one.kept.digest)
    unique = list({one.kept.id: one for one in reversed(sealed)}.values())
    before = await store.digests(tx, response_ids)
    new = [one for one in unique if one.kept.id not in before]
    if new:
        await store.add(tx, new)
    after = await store.digests(tx, response_ids)
    added = [one for one in new if after[one.kept.id] == one.kept.digest]
    if added:
        await store.stand(tx, added)
        await audit.record(
            tx, by=by, action="learn.response.added", subject=f"campaign/{campaign.id}",
            detail={"responses": len(added)},
        )  # fmt: skip
        await events.publish(
            tx, type=ANSWERED, subject=f"campaign/{campaign.id}",
            data={"campaignId": campaign.id, "responses": len(added), "responseIds": [one.kept.id for one in added]},
        )  # fmt: skip
    return _told(sealed, before, after)


def _told(sealed: Sequence[store.Sealed], before: Mapping[str, str], after: Mapping[str, str]) -> list[Taken]:
    told, seen = [], set(before)
    for one in sealed:
        if after[one.kept.id] != one.kept.digest:
            told.append(Taken(one.kept.id, Taking.REFUSED, {"id": OTHER_CONTENT}))
        else:
            told.append(Taken(one.kept.id, Taking.KNOWN if one.kept.id in seen else Taking.ADDED, {}))
            seen.add(one.kept.id)
    return told


async def asked(context: Context, *, by: Actor, member_id: str, rater: Rater) -> Ask:
    """Return what somebody is asked to rate; raises UnknownCampaign, also when it is not theirs to rate."""
    member = await campaigns.member(context, member_id=member_id)
    campaign = await campaigns.campaign(context, campaign_id=member.campaign_id)
    sender = await _sender(context, by)
    erased = campaign.personal and member.person_id is None
    if erased or rater not in campaign.given.raters or not sender.may(campaign, member, rater):
        raise UnknownCampaign
    return (await _named(context, [(campaign, member, rater)], sender))[0]


async def mine(context: Context, *, by: Actor) -> list[Ask]:
    """Return what somebody is asked to rate: themselves, those who report to them, and their organisation."""
    sender = await _sender(context, by)
    if sender.me is None:
        return []
    found = await campaigns.memberships(
        context, people=[sender.me.id, *sorted(sender.reports)], organisation_id=sender.me.organisation_id
    )
    asks = []
    for campaign, member in found:
        rater = Rater.MANAGER if member.person_id in sender.reports else Rater.SELF
        if rater in campaign.given.raters:
            asks.append((campaign, member, rater))
    return await _named(context, asks, sender)


async def _named(
    context: Context, asks: Sequence[tuple[Campaign, Member, Rater]], sender: _Sender
) -> list[Ask]:  # fmt: skip
    named = await people.people(context, person_ids=[one.person_id for _c, one, _r in asks if one.person_id])
    async with context.database.reading() as tx:
        done = await store.standing_of(tx, [one.id for _campaign, one, _rater in asks])
        begun = await store.begun_by(tx, sender.me.id, limit=MINE_MAX) if sender.me else set()
    today, found = clock.today().isoformat(), []
    for campaign, member, rater in asks:
        state = "begun" if (member.id, rater) in begun else "answered" if (member.id, rater) in done else "open"
        name = named[member.person_id].name if member.person_id in named else ""
        found.append(Ask(campaign, member, rater, name, "soon" if campaign.given.opens_on > today else state))
    return found


async def begun(context: Context, *, by: Actor, ask: Ask) -> Response:
    """Return the answers that somebody has begun, or none yet."""
    me = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.begun(tx, member_id=ask.member.id, rater=ask.rater, rater_id=me.id)
    if found is None:
        about = ask.member.person_id if ask.campaign.personal else ask.member.organisation_id
        return Response(id=ids.new_id(), rater=ask.rater, about=about or "")
    plain = context.keys.open(BEGUN, found[1], bound_to=found[0])
    return msgspec.json.decode(plain, type=Response)


async def keep_begun(context: Context, *, by: Actor, ask: Ask, response: Response) -> None:
    """Keep what somebody has answered so far; raises NotOpen."""
    campaigns.refuse_unopened(context, ask.campaign, clock.timestamp())
    me = await people.me(context, by=by)
    words = context.keys.seal(BEGUN, msgspec.json.encode(response), bound_to=response.id)
    async with context.database.transaction() as tx:
        await store.begin(
            tx, member_id=ask.member.id, rater=ask.rater, rater_id=me.id, response_id=response.id, words=words,
            changed_at=clock.timestamp(),
        )  # fmt: skip


async def send(context: Context, *, by: Actor, ask: Ask) -> Taken:
    """Send the answers that were begun; raises NothingBegun, NotOpen, FaultyResponse."""
    response = await begun(context, by=by, ask=ask)
    if not response.answers:
        raise NothingBegun
    campaigns.refuse_unopened(context, ask.campaign, clock.timestamp())
    taken = (await add(context, by=by, campaign_id=ask.campaign.id, responses=[response]))[0]
    if taken.taking is Taking.REFUSED:
        raise FaultyResponse(fields=dict(taken.fields))
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        await store.end_begun(tx, member_id=ask.member.id, rater=ask.rater, rater_id=me.id)
    return taken


async def about(context: Context, *, by: Actor, member_id: str) -> tuple[Campaign, Member, list[Spoken]]:
    """Return what was said about somebody, newest first: all of it to themselves and to evaluators.

    Managers see what they said themselves. About an organisation, its people and the training unit see everything.
    Raises UnknownCampaign, also for whoever may see nothing of it.
    """
    member = await campaigns.member(context, member_id=member_id)
    campaign = await campaigns.campaign(context, campaign_id=member.campaign_id)
    sender = await _sender(context, by)
    own = sender.me is not None and member.person_id == sender.me.id
    if not campaign.personal:
        own = sender.may(campaign, member, Rater.SELF)
    everything = own or by.may(EVALUATE)
    if not everything and not sender.may(campaign, member, Rater.MANAGER):
        raise UnknownCampaign
    async with context.database.transaction() as tx:
        rows = await store.about(tx, member_id, limit=ABOUT_MAX)
        if not everything:
            rows = [row for row in rows if sender.me is not None and row[0].rater_id == sender.me.id]
        attended = await store.attendance_of(tx, [kept.id for kept, _words in rows])
        if by.may(EVALUATE):
            await audit.record(tx, by=by, action="learn.response.read", subject=f"member/{member.id}")
    return campaign, member, [_spoken(context, kept, words, attended.get(kept.id, ())) for kept, words in rows]


def _spoken(
    context: Context, kept: Kept, words: bytes | None, attended: Sequence[tuple[str | None, bytes | None]]
) -> Spoken:  # fmt: skip
    def opened(sealed: bytes) -> bytes:
        return context.keys.open(PURPOSE, sealed, bound_to=kept.id)

    heard = msgspec.json.decode(opened(words), type=Said) if words else Said()
    there = tuple(
        msgspec.json.decode(opened(sealed), type=Attendee) if sealed else Attendee() for _person, sealed in attended
    )
    return Spoken(kept, heard, there)


async def standing(
    context: Context, *, campaign_id: str, response_ids: Sequence[str]
) -> list[tuple[Kept, str]]:  # fmt: skip
    """Return those of some responses that count, each with the person it is about; who was erased is left out."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.standing(tx, campaign_id=campaign_id, response_ids=response_ids)


async def rated(context: Context, *, by: Actor, member_ids: Sequence[str]) -> dict[tuple[str, str], str]:
    """Return when members were last rated, by member and kind of rater, to those who plan; raises Forbidden."""
    if not by.may(PLAN):
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        return await store.newest_of(tx, member_ids)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person out of members and responses; what was chosen stays countable."""
    found = await campaigns.forget(tx, person_id)
    await store.forget(tx, person_id=person_id, members=found)
    if found:
        await audit.record(
            tx, by=SYSTEM, action="learn.response.forgotten", subject=f"person/{person_id}",
            detail={"campaigns": len(found)},
        )  # fmt: skip


async def _let_go(context: Context, before: datetime) -> int:
    gone = 0
    for campaign_id in await campaigns.ended(context, before=before):
        async with context.database.transaction() as tx:
            await store.let_go(tx, campaigns=[campaign_id])
            gone += await campaigns.let_go(tx, campaign_id)
    return gone


KEEPING = Keeping(
    _("Who gave which answers in an assessment, and what was said in words"),
    days_setting("LEARN_ANSWER_DAYS", 1_825, "it is known who answered what in a campaign that ended"),
    _let_go,
)


async def exported(context: Context, *, campaign_id: str) -> AsyncIterator[list[dict[str, object]]]:
    """Yield all responses of a campaign part by part, with whom they are about; who may have them is asked before."""
    after = ""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            rows = await store.exported(tx, campaign_id, after=after, limit=EXPORTED_AT_ONCE)
        if not rows:
            return
        after = str(rows[-1]["id"])
        yield [_readable(context, row) for row in rows]


def _readable(context: Context, row: Mapping[str, object]) -> dict[str, object]:
    """Return an exported row with its words opened, and what was answered by item."""
    words, response_id = row["words_sealed"], str(row["id"])
    heard = Said()
    if isinstance(words, bytes):
        heard = msgspec.json.decode(context.keys.open(PURPOSE, words, bound_to=response_id), type=Said)
    found = marks_of(str(row["answers"]))
    given = {item: one.choice if one.choice else one.number for item, one in found.items()}
    return {
        "id": response_id, "person": row["person_id"] or "", "organisation": row["organisation_id"] or "",
        "rater": row["rater"], "meeting": row["meeting"], "answered_at": row["answered_at"],
        "language": row["language"], "confidence": row["confidence"], "notes": heard.notes,
        "answers": {**given, **heard.texts}, "evidence": heard.evidence,
        "confidences": {item: one.confidence for item, one in found.items() if one.confidence},
    }  # fmt: skip
