"""Use cases of communities: come in, join, leave, lead, decide on charters, and review those that fell quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from govstack.kernel import audit, clock, events, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden, Unauthenticated
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import FACILITATE, LEAD, PLAN
from govstack.pillars.learn.knowing.communities import store
from govstack.pillars.learn.knowing.communities.errors import (
    ByApplication,
    CharterStep,
    CommentTimeRuns,
    CommunityClosed,
    CommunityFull,
    LeadersOnly,
    MembersOnly,
    NotInRegion,
    NotUnderReview,
    OwnCharter,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.communities.model import (
    ACTIVE,
    APPROVED,
    CHARTER,
    COMMUNITY,
    DECLINED,
    DISSOLVED,
    DRAFT,
    GROUP_KINDS,
    KINDS,
    MEMBERS_MAX,
    MINE_MAX,
    REGION,
    REVIEW,
    SEATS_MAX,
    UNDER_REVIEW,
    Act,
    Member,
    MemberRole,
    Room,
    TakingPart,
    review_due,
    taking_part,
    year_later,
)
from govstack.pillars.learn.knowing.knowledge.model import ITEM
from govstack.pillars.learn.knowing.reviews import service as reviews
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import ChangedMeanwhile, UnknownRecord
from govstack.pillars.learn.records.model import Audience, Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.translations import service as translations

SYSTEM = Actor.system("communities")
TELL, PURPOSE = "tell-charter", "charter"
SEEDS = Path(__file__).parents[2] / "seeds" / "communities.yaml"
IDLE_MONTHS = "LEARN_COMMUNITY_IDLE_MONTHS"
COMMENT_DAYS = 14
REVIEW_OPENED = "learn.community.review-opened"
SETTINGS = (
    Setting(
        IDLE_MONTHS, "6", "After how many months without activity, once its charter ended, a community is reviewed",
        whole(1, 60),
    ),
)  # fmt: skip


async def install(context: Context) -> None:
    """Bring communities and templates that come with the product; a country's own changes stay."""
    shipped: Mapping[str, Mapping[str, Any]] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    drafts = {
        record_id: (kind, Draft({**content}, Audience.PARTNER if kind.opens else Audience.PRIVATE, written_in="en"))
        for kind in KINDS
        for record_id, content in shipped.get(kind.name, {}).items()
    }
    await records.bring(context, part="communities", drafts=drafts)


async def room(context: Context, *, by: Actor, community_id: str) -> Room:
    """Return a community that somebody may see: facilitators, members, and whoever its audience holds.

    Raises Unauthenticated, and UnknownCommunity.
    """
    if not by.signed_in:
        raise Unauthenticated
    try:
        record = await records.read(context, by=SYSTEM, kind=COMMUNITY, record_id=community_id)
    except UnknownRecord as error:
        raise UnknownCommunity from error
    member = None
    if by.kind == "person":
        person = await people.me(context, by=by)
        async with context.database.reading(one_statement=True) as tx:
            member = await store.member(tx, community_id=community_id, person_id=person.id)
    office = records.may_write(COMMUNITY, by)
    if not office and member is None and record.audience is Audience.PRIVATE:
        raise UnknownCommunity
    return Room(record, member, office or (member is not None and member.role is MemberRole.FACILITATOR))


async def spoken(context: Context, room: Room, *, language: str) -> Room:
    """Return a community as its pages say it in a language, as far as it is there in it."""
    (record,) = await translations.translated(context, [room.record], kind=COMMUNITY, language=language)
    return replace(room, record=record)


async def inside(context: Context, *, by: Actor, community_id: str, leading: bool = False) -> Room:
    """Return a community to those who belong to it, or with `leading` to those who lead it.

    Raises UnknownCommunity, MembersOnly, LeadersOnly.
    """
    found = await room(context, by=by, community_id=community_id)
    if leading and not found.leads:
        raise LeadersOnly
    if not found.inside:
        raise MembersOnly
    return found


async def working(context: Context, *, by: Actor, community_id: str, leading: bool = False) -> Room:
    """Return a community in which somebody may write something; raises CommunityClosed, and what `inside` raises."""
    found = await inside(context, by=by, community_id=community_id, leading=leading)
    if not found.live:
        raise CommunityClosed
    return found


async def join(context: Context, *, by: Actor, community_id: str, country: str = "") -> Room:
    """Join a community; again changes the country.

    Raises UnknownCommunity, CommunityClosed, NotInRegion, and ByApplication for groups of the tech community.
    """
    found = await room(context, by=by, community_id=community_id)
    if not found.live:
        raise CommunityClosed
    if found.by_application:
        raise ByApplication
    person = await people.me(context, by=by)
    if not await is_for(context, record=found.record, country=country):
        raise NotInRegion
    async with context.database.transaction() as tx:
        await enter(tx, by=by, record=found.record, person_id=person.id, country=country)
    return await room(context, by=by, community_id=community_id)


async def appoint(
    context: Context, *, by: Actor, community_id: str, person_id: str, role: MemberRole, country: str = ""
) -> None:
    """Write somebody down as member, representative or facilitator.

    Raises LeadersOnly, UnknownPerson, CommunityClosed, NotInRegion, CommunityFull.
    """
    record = await appointing(context, by=by, community_id=community_id, country=country)
    async with context.database.transaction() as tx:
        await enter(tx, by=by, record=record, person_id=person_id, role=role, country=country)


async def appointing(context: Context, *, by: Actor, community_id: str, country: str) -> Record:
    """Return a community to whoever may write somebody from a country down in it; raises as `appoint` of these."""
    record = (await working(context, by=by, community_id=community_id, leading=True)).record
    if not await is_for(context, record=record, country=country):
        raise NotInRegion
    return record


async def enter(
    tx: Transaction, *, by: Actor, record: Record, person_id: str, role: MemberRole | None = None, country: str
) -> None:
    """Write somebody down in a community, for somebody else's transaction too; without a role they keep theirs.

    Raises UnknownPerson, CommunityFull for new members, and ByApplication where nobody becomes one without a role.
    """
    if not await people.held(tx, [person_id]):
        raise UnknownPerson
    before = await store.member(tx, community_id=record.id, person_id=person_id)
    if before is None and role is None and record.content["kind"] in GROUP_KINDS:
        # Somebody took them out of the group while they changed their country.
        raise ByApplication
    if before is None and await store.count(tx, community_id=record.id) >= MEMBERS_MAX:
        raise CommunityFull
    becomes = role or (before.role if before else MemberRole.MEMBER)
    if before and (before.role, before.country) == (becomes, country):
        return
    at = clock.timestamp()
    await store.put_member(
        tx, community_id=record.id, person_id=person_id, role=becomes, country=country, at=at
    )  # fmt: skip
    if before is None:
        await store.note(tx, community_id=record.id, person_id=person_id, act=Act.JOINED, reference=at, at=at)
    detail = {"person": person_id, "role": becomes.value}
    await audit.record(tx, by=by, action="learn.community.joined", subject=f"community/{record.id}", detail=detail)


async def is_for(context: Context, *, record: Record, country: str) -> bool:
    """Tell whether a community is for a country: those of a region are for its countries alone."""
    if not record.content.get("region"):
        return True
    region = await records.read(context, by=SYSTEM, kind=REGION, record_id=record.content["region"])
    return country in region.content["countries"]


async def membership(context: Context, *, community_id: str, person_id: str) -> Member | None:
    """Return the membership of somebody in a community."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.member(tx, community_id=community_id, person_id=person_id)


async def names(context: Context, *, community_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of communities by id."""
    found = await records.titles(context, record_ids=sorted(set(community_ids)))
    return {record_id: title for record_id, (_kind, title) in found.items()}


async def leave(context: Context, *, by: Actor, community_id: str, person_id: str = "") -> None:
    """Leave a community, or let a facilitator take somebody out of it; raises UnknownCommunity, LeadersOnly."""
    found = await room(context, by=by, community_id=community_id)
    if person_id and not found.leads:
        raise LeadersOnly
    gone = person_id or (await people.me(context, by=by)).id
    async with context.database.transaction() as tx:
        if await store.leave(tx, community_id=community_id, person_id=gone, at=clock.timestamp()):
            subject = f"community/{community_id}"
            await audit.record(tx, by=by, action="learn.community.left", subject=subject, detail={"person": gone})


async def members(
    context: Context, *, by: Actor, community_id: str, after: str = "", limit: int = 100
) -> list[tuple[Member, str]]:
    """Return members with their names, to those who belong; nothing else of a person is told across countries."""
    await inside(context, by=by, community_id=community_id)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.members(tx, community_id=community_id, after=after, limit=limit)
    names = await people.people(context, person_ids=[one.person_id for one in found])
    return [(one, names[one.person_id].name if one.person_id in names else "") for one in found]


async def size(context: Context, *, community_id: str) -> int:
    """Return how many members a community has."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.count(tx, community_id=community_id)


async def participation(context: Context, *, by: Actor, community_id: str) -> tuple[Room, list[TakingPart]]:
    """Return by country the members of a community, and in how many rounds of review of what it made one took part.

    Raises UnknownCommunity, MembersOnly. A deliverable belongs to the community that it names as its group.
    """
    found = await inside(context, by=by, community_id=community_id)
    own = {community_id.casefold(), str(found.record.content["name"]).casefold()}
    voices = [(one.round_id, one.person_id) for one in await reviews.heard(context) if one.group.casefold() in own]
    async with context.database.reading(one_statement=True) as tx:
        seats = await store.seats(tx, limit=SEATS_MAX)
    return found, taking_part([one for one in seats if one.community_id == community_id], voices, seats)


async def countries(context: Context, *, by: Actor) -> list[TakingPart]:
    """Return by country the groups of the tech community, their members, and the rounds of review one took part in.

    For those who facilitate, plan or lead; whoever only leads sees no number of few people. Raises Forbidden.
    """
    if not any(by.may(scope) for scope in (FACILITATE, PLAN, LEAD)):
        raise Forbidden
    least = 0 if by.may(FACILITATE) or by.may(PLAN) else splits.smallest(context)
    groups = {
        record.id async for record in records.each(context, by=SYSTEM, kind=COMMUNITY)
        if record.content["kind"] in GROUP_KINDS and record.content.get("state", ACTIVE) != DISSOLVED
    }  # fmt: skip
    voices = [(one.round_id, one.person_id) for one in await reviews.heard(context)]
    async with context.database.reading(one_statement=True) as tx:
        seats = await store.seats(tx, limit=SEATS_MAX)
    found = taking_part([one for one in seats if one.community_id in groups], voices, seats)
    return [replace(one, members=None) if 0 < (one.members or 0) < least else one for one in found]


async def mine(context: Context, *, by: Actor) -> list[tuple[Record, Member]]:
    """Return the communities of whoever signed in, those they joined last first."""
    person = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.of_person(tx, person_id=person.id, limit=MINE_MAX)
    return [(await records.read(context, by=SYSTEM, kind=COMMUNITY, record_id=one.community_id), one) for one in found]


async def note(tx: Transaction, *, community_id: str, person_id: str | None, act: Act, reference: str) -> None:
    """Write down what was done in a community, once for each thing it was done on."""
    await store.note(
        tx, community_id=community_id, person_id=person_id, act=act, reference=reference, at=clock.timestamp()
    )  # fmt: skip


async def unnote(tx: Transaction, *, community_id: str, person_id: str, act: Act, reference: str) -> None:
    """Take back what was noted of somebody by mistake."""
    await store.unnote(tx, community_id=community_id, person_id=person_id, act=act, reference=reference)


async def set_next_event(context: Context, tx: Transaction, *, by: Actor, record: Record, day: str) -> None:
    """Write when a community meets next, "" for not at all; a public one without next event is for partners only."""
    content = {**record.content, "nextEvent": day}
    audience = record.audience if day or record.audience is not Audience.PUBLIC else Audience.PARTNER
    draft = Draft(content, audience, fixed=True, number=record.number)
    await records.put(context, by=by, kind=COMMUNITY, draft=draft, record_id=record.id, tx=tx)


async def charters(context: Context, *, community_id: str) -> list[Record]:
    """Return the charters of a community, the one that lasts longest first."""
    found = await records.pointing(context, by=SYSTEM, kind=CHARTER, field="community", target_id=community_id)
    return sorted(found, key=lambda one: str(one.content.get("expiresOn", "")), reverse=True)


async def begun(context: Context, *, room: Room) -> list[tuple[str, str]]:
    """Return id and name of the items of knowledge of a community, to those who lead it; to others none."""
    if not room.leads:
        return []
    found = await records.pointing(context, by=SYSTEM, kind=ITEM, field="community", target_id=room.record.id)
    return [(one.id, one.content["name"]) for one in found if not one.archived]


async def submit_charter(context: Context, *, by: Actor, charter_id: str) -> Record:
    """Put a charter forward, as one who leads its community; raises UnknownRecord, LeadersOnly, CharterStep."""
    charter = await (_charter if by.may(FACILITATE) else _led_charter)(context, by, charter_id)
    if charter.content.get("state", DRAFT) not in {DRAFT, DECLINED}:
        raise CharterStep
    changes = {"state": UNDER_REVIEW, "submittedOn": clock.today().isoformat(), "reason": ""}
    return await _charter_becomes(context, by, charter, changes)


async def waiting_charters(context: Context, *, by: Actor) -> list[tuple[Record, str]]:
    """Return the charters that wait for a decision with their communities, what waits longest first.

    They are for those who keep all communities; others get none.
    """
    if not by.may(FACILITATE):
        return []
    found = [
        one async for one in records.each(context, by=SYSTEM, kind=CHARTER) if one.content.get("state") == UNDER_REVIEW
    ]
    names = await records.titles(context, record_ids=[one.content["community"] for one in found])
    ordered = sorted(found, key=lambda one: (one.content["submittedOn"], one.id))
    return [(one, names.get(one.content["community"], ("", ""))[1]) for one in ordered]


async def charter_decided(context: Context, *, charter_id: str) -> Record | None:
    """Return a charter of which somebody is to be told what was decided; None while it waits or where it is gone."""
    try:
        found = await records.read(context, by=SYSTEM, kind=CHARTER, record_id=charter_id)
    except UnknownRecord:
        return None
    return found if found.content.get("state") in {APPROVED, DECLINED} else None


async def decide_charter(context: Context, *, by: Actor, charter_id: str, approved: bool, reason: str = "") -> Record:
    """Approve a charter for a year, or decline it and say why; a community under review lives on with an approved one.

    Its facilitators are told. Who is one decides on none of its charters. Raises UnknownRecord, LeadersOnly,
    OwnCharter, CharterStep, CommentTimeRuns.
    """
    charter = await _charter(context, by, charter_id)
    found = await room(context, by=by, community_id=charter.content["community"])
    if found.member and found.member.role is MemberRole.FACILITATOR:
        raise OwnCharter
    if charter.content.get("state") != UNDER_REVIEW:
        raise CharterStep
    today = clock.today()
    ready = date.fromisoformat(charter.content["submittedOn"]) + timedelta(days=COMMENT_DAYS)
    if found.record.content["kind"] in GROUP_KINDS and today < ready:
        raise CommentTimeRuns
    changes = {"state": APPROVED if approved else DECLINED, "reason": "" if approved else reason}
    if approved:
        changes |= {"approvedOn": today.isoformat(), "expiresOn": year_later(today).isoformat()}
    return await _charter_becomes(context, by, charter, changes, tell=found.record.id)


async def _charter(context: Context, by: Actor, charter_id: str) -> Record:
    if not by.may(FACILITATE):
        raise LeadersOnly
    charter = await records.read(context, by=by, kind=CHARTER, record_id=charter_id)
    if charter.archived:
        raise UnknownRecord
    return charter


async def _led_charter(context: Context, by: Actor, charter_id: str) -> Record:
    """Return a charter to a facilitator of its community; others learn nothing, not even whether it is there."""
    try:
        charter = await records.read(context, by=SYSTEM, kind=CHARTER, record_id=charter_id)
        await inside(context, by=by, community_id=charter.content["community"], leading=True)
    except (UnknownRecord, UnknownCommunity) as error:
        raise LeadersOnly if by.signed_in else Unauthenticated from error
    if charter.archived:
        raise LeadersOnly
    return charter


async def _charter_becomes(
    context: Context, by: Actor, charter: Record, changes: Mapping[str, str], *, tell: str = ""
) -> Record:
    """Change what acts write of a charter; those who lead the community `tell` hear of it."""
    draft = Draft({**charter.content, **changes}, number=charter.number, fixed=True)
    async with context.database.transaction() as tx:
        record = await records.put(context, by=by, kind=CHARTER, draft=draft, record_id=charter.id, tx=tx)
        led = await store.facilitators(tx, community_id=tell) if tell else []
        await jobs.enqueue_many(tx, TELL, [{"charter": charter.id, "person": one} for one in led])
    return record


async def sweep(context: Context) -> None:
    """Open a review of communities that fell quiet, and write whose next event has passed."""
    today, months = clock.today(), context.settings.number(IDLE_MONTHS)
    async for record in records.each(context, by=SYSTEM, kind=COMMUNITY):
        if record.content.get("state", ACTIVE) == ACTIVE and await _quiet(context, record, today, months):
            # One that somebody changes in this very moment is looked at the next time.
            with suppress(ChangedMeanwhile):
                await _review(context, record, today)


async def _review(context: Context, record: Record, today: date) -> None:
    changes = {"state": REVIEW, "reviewSince": today.isoformat()}
    async with context.database.transaction() as tx:
        await _becomes(context, tx, SYSTEM, record, changes)
        data = {"communityId": record.id}
        await events.publish(tx, type=REVIEW_OPENED, subject=f"community/{record.id}", data=data)


async def _quiet(context: Context, record: Record, today: date, months: int) -> bool:
    ends = [one.content["expiresOn"] for one in await charters(context, community_id=record.id)
            if one.content.get("expiresOn")]  # fmt: skip
    if not ends or date.fromisoformat(max(ends)) > today:
        return False
    async with context.database.reading(one_statement=True) as tx:
        last = await store.last_act(tx, community_id=record.id)
    last_act = clock.day(last) if last else None
    return review_due(expired=date.fromisoformat(max(ends)), last_act=last_act, today=today, months=months)


async def decide_review(context: Context, *, by: Actor, community_id: str, revive: bool, reason: str) -> None:
    """Revive a community under review, or dissolve it; what it wrote stays readable.

    Raises Forbidden, UnknownCommunity and NotUnderReview.
    """
    if not by.may(FACILITATE):
        raise Forbidden
    found = await room(context, by=by, community_id=community_id)
    if found.record.archived or found.record.content.get("state") != REVIEW:
        raise NotUnderReview
    changes = {"state": ACTIVE if revive else DISSOLVED, "reviewSince": ""}
    async with context.database.transaction() as tx:
        await _becomes(context, tx, by, found.record, changes)
        at = clock.timestamp()
        if revive:
            await store.note(tx, community_id=community_id, person_id=None, act=Act.MET, reference=at, at=at)
        detail = {"revived": revive, "reason": reason}
        subject = f"community/{community_id}"
        await audit.record(tx, by=by, action="learn.community.reviewed", subject=subject, detail=detail)


async def _becomes(context: Context, tx: Transaction, by: Actor, record: Record, changes: Mapping[str, str]) -> None:
    content = {**record.content, **changes}
    closes = record.audience is Audience.PUBLIC and not content.get("nextEvent")
    audience = Audience.PARTNER if closes else record.audience
    draft = Draft(content, audience, number=record.number, fixed=True)
    await records.put(context, by=by, kind=COMMUNITY, draft=draft, record_id=record.id, tx=tx)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person out of all communities; that something was done stays."""
    await store.forget(tx, person_id=person_id)
