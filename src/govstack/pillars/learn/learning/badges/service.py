"""Use cases of badges: award, earn by rule, change, publish, expire, and sign what others check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
from joserfc import jwt

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import matching, whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement, Awarding
from govstack.pillars.learn.learning.badges import model, store
from govstack.pillars.learn.learning.badges.errors import (
    AlreadyHeld,
    NoEvidence,
    NoReason,
    NotAwardable,
    NotIssued,
    NotPossible,
    NotYoursToAward,
    OwnBadge,
    UnknownBadge,
    UnknownList,
)
from govstack.pillars.learn.learning.badges.model import Badge, Change, Content, Issuer, Purpose, Shown, State
from govstack.pillars.learn.learning.badges.store import Kept
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Level
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.people.model import Person

ISSUED = "learn.badge.issued"
REVOKED = "learn.badge.revoked"
SUSPENDED = "learn.badge.suspended"
RESTORED = "learn.badge.restored"
LIST_HOURS = "LEARN_STATUS_LIST_HOURS"
ISSUER_NAME = "LEARN_ISSUER_NAME"
SETTINGS = (
    Setting(
        LIST_HOURS, "168", "How many hours a copy of the list of revoked badges may be relied on", whole(1, 8_760)
    ),
    Setting(
        ISSUER_NAME, "GovLearn", "Who issues badges, as people read it on them",
        matching(r"\S.{0,118}\S", "be a name of 2 to 120 characters"),
    ),
)  # fmt: skip
BADGES_OF_PERSON_MAX = 500
LAPSED_AT_ONCE_MAX = 500
FORGOTTEN_AT_ONCE_MAX = 500
KEY = "badges"
ERASED_REASON = "The person was erased."
_PURPOSE = "badge"
# Lists are signed anew when something in them changes, and before half of their time is over.
_LISTS = "learn.badges.lists"
_LISTS_MAX = 64


def issuer(context: Context) -> Issuer:
    """Return who issues here."""
    return Issuer(context.settings.text(ISSUER_NAME), context.public_url)


def did_document(context: Context) -> dict[str, Any]:
    """Return the public keys that badges of here are checked with."""
    return model.did_document(issuer(context), context.keys.public_keys(KEY))


def signed(context: Context, claims: Mapping[str, Any]) -> str:
    """Return claims as a JWT that names its key by the DID of the issuer."""
    key = context.keys.signing_key(KEY)
    header = {"alg": "ES256", "typ": "JWT", "kid": f"{issuer(context).did}#{key.kid}"}
    return jwt.encode(header, dict(claims), crypto.private_jwk(key), algorithms=["ES256"])


async def award(
    context: Context, *, by: Actor, achievement_id: str, person_id: str, content: Content, draft: bool = False
) -> Badge:
    """Award a badge by hand, at once or as a draft.

    Raises UnknownAchievement, UnknownPerson, NotAwardable, NotYoursToAward, NoEvidence, OwnBadge, AlreadyHeld.
    """
    achievement = await achievements.read(context, achievement_id=achievement_id)
    if not by.may(achievement.awarder.scope):
        raise NotYoursToAward
    if not achievement.active or achievement.awarding is not Awarding.HAND:
        raise NotAwardable
    if not (content.evidence.strip() or content.evidence_url):
        raise NoEvidence
    person = await _living(context, person_id)
    await refuse_own(context, by=by, person_id=person_id)
    made = await _made(context, by, achievement, person, content, earned_by=f"hand:{ids.new_id()}", draft=draft)
    if made is None:
        raise AlreadyHeld
    return made


async def earned(
    context: Context,
    *,
    by: Actor,
    achievement_id: str,
    person_id: str,
    reference: str,
    content: Content,
) -> Badge | None:
    """Award a badge by its rule, as often as it is called once for a reference such as `course/7`.

    Returns the badge, the one that the person has already, or nothing when the rule is not reached. Other rooms call
    this; a caller from outside needs the scope of who awards it. Raises UnknownAchievement, UnknownPerson,
    NotAwardable.
    """
    achievement = await achievements.read(context, achievement_id=achievement_id)
    person = await _living(context, person_id)
    async with context.database.reading() as tx:
        kept = await store.earned(tx, achievement_id=achievement_id, person_id=person_id, earned_by=reference)
        kept = kept or await store.held(tx, achievement_id=achievement_id, person_id=person_id)
    if kept is not None:
        return _badge(context, kept)
    if not achievement.active or achievement.awarding is not Awarding.RULE:
        raise NotAwardable
    if not achievement.reached(score_percent=content.score_percent, attendance_percent=content.attendance_percent):
        return None
    made = await _made(context, by, achievement, person, content, earned_by=reference, draft=False)
    if made is None:
        # Somebody else was first in the meantime.
        return await earned(
            context, by=by, achievement_id=achievement_id, person_id=person_id, reference=reference, content=content
        )
    return made


async def had(context: Context, *, achievement_id: str, person_id: str, reference: str) -> bool:
    """Tell whether somebody has a badge, or had it for a reference: then `earned` awards it no more."""
    async with context.database.reading() as tx:
        kept = await store.earned(tx, achievement_id=achievement_id, person_id=person_id, earned_by=reference)
        return bool(kept or await store.held(tx, achievement_id=achievement_id, person_id=person_id))


async def refuse_own(context: Context, *, by: Actor, person_id: str) -> None:
    """Raise OwnBadge when it is about whoever acts."""
    if by.kind == "person" and (await people.me(context, by=by)).id == person_id:
        raise OwnBadge


async def change(context: Context, *, by: Actor, badge_id: str, state: State, reason: str) -> Shown:
    """Issue a draft, suspend, restore or revoke; what is so already is left as it is.

    Raises UnknownBadge, NoReason, NotPossible, OwnBadge.
    """
    async with context.database.reading() as tx:
        kept = await store.by_id(tx, badge_id)
    if kept is None:
        raise UnknownBadge
    if not reason.strip():
        raise NoReason
    await refuse_own(context, by=by, person_id=kept.person_id)
    achievement = await achievements.read(context, achievement_id=kept.achievement_id)
    person = await people.person(context, person_id=kept.person_id)
    async with context.database.transaction() as tx:
        there = await _there(tx, kept.person_id)
        badge = _badge(context, await store.hold(tx, badge_id) or kept)
        now = clock.timestamp()
        so = badge.standing(now) is state
        possible = there and state is not State.EXPIRED and model.may_become(badge.standing(now), state)
        if possible and not so:
            badge = await _become(
                context, tx, badge, by=by, achievement=achievement, state=state, reason=reason.strip(), person=person
            )
    # Not before its end, so that what others made of the badge meanwhile can be read when it is told.
    if not (so or possible):
        raise NotPossible
    return Shown(badge, achievement, badge.standing(now))


async def expire(context: Context) -> int:
    """Write down of badges whose end has come that it did; returns of how many."""
    now = clock.timestamp()
    async with context.database.reading(one_statement=True) as tx:
        lapsed = await store.lapsed(tx, now=now, limit=LAPSED_AT_ONCE_MAX)
    for one in lapsed:
        async with context.database.transaction() as tx:
            kept = await store.hold(tx, one.id)
            if kept is not None and kept.state in {State.ISSUED, State.SUSPENDED}:
                await store.change(tx, replace(kept, state=State.EXPIRED))
                await _note(tx, SYSTEM, kept.id, State.EXPIRED, "Its validity has ended.")
    return len(lapsed)


async def mine(context: Context, *, by: Actor) -> list[Shown]:
    """Return the badges of whoever signed in, the newest first."""
    person = await people.me(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.of_person(tx, person_id=person.id, limit=BADGES_OF_PERSON_MAX)
    return await _shown(context, [_badge(context, one) for one in kept if one.state is not State.DRAFT])


async def my_badge(context: Context, *, by: Actor, badge_id: str) -> Shown:
    """Return a badge of whoever signed in; raises UnknownBadge."""
    person = await people.me(context, by=by)
    shown = await _read(context, badge_id)
    if shown.badge.person_id != person.id or shown.badge.state is State.DRAFT:
        raise UnknownBadge
    return shown


async def read(context: Context, *, by: Actor, badge_id: str) -> Shown:
    """Return a badge to its person, the training unit or an administrator; raises UnknownBadge."""
    if by.may(ADMINISTER) or by.may(PLAN):
        return await _read(context, badge_id)
    return await my_badge(context, by=by, badge_id=badge_id)


async def history(context: Context, *, badge_id: str) -> list[Change]:
    """Return what became of a badge, the first change first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.changes(tx, badge_id=badge_id)


async def register(context: Context, *, state: State | None = None, after: str = "", limit: int = 100) -> list[Shown]:
    """Return all badges in the order of their ids, those in a state when one is named."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.listed(tx, state=state.value if state else "", after=after, limit=limit)
    return await _shown(context, [_badge(context, one) for one in kept])


async def publish(context: Context, *, by: Actor, badge_id: str, public: bool) -> Shown:
    """Show a badge with its person's name to whoever has its address, or end that; raises UnknownBadge, NotIssued."""
    shown = await my_badge(context, by=by, badge_id=badge_id)
    async with context.database.transaction() as tx:
        there = await _there(tx, shown.badge.person_id)
        kept = await store.hold(tx, badge_id)
        badge = _badge(context, kept) if kept is not None else shown.badge
        now = clock.timestamp()
        possible = there and (not public or badge.standing(now) in {State.ISSUED, State.SUSPENDED})
        if possible:
            badge = replace(badge, published_at=(badge.published_at or now) if public else None)
            await store.publish(tx, badge_id=badge_id, published_at=badge.published_at)
            action = "learn.badge.published" if public else "learn.badge.unpublished"
            await audit.record(tx, by=by, action=action, subject=f"badge/{badge_id}")
    # Not before its end, so that what others made of the badge meanwhile can be read when it is told.
    if not possible:
        raise NotIssued if there else UnknownBadge
    return Shown(badge, shown.achievement, badge.standing(now))


async def by_code(context: Context, *, code: str) -> Shown:
    """Return the badge whose check has this address; raises UnknownBadge."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_code(tx, code)
    if kept is None or kept.state is State.DRAFT or kept.content_sealed is None:
        raise UnknownBadge
    return (await _shown(context, [_badge(context, kept)]))[0]


async def status_list(context: Context, *, purpose: Purpose, number: int) -> str:
    """Return the signed list of badges that are revoked or suspended; raises UnknownList."""
    async with context.database.reading() as tx:
        if number * model.LIST_FILL > await store.count(tx):
            raise UnknownList
        places = await store.places(tx, list_number=number, state=purpose.state)
    kept: dict[tuple[Purpose, int], tuple[float, list[int], str]] = context.memory.setdefault(_LISTS, {})
    life = timedelta(hours=context.settings.number(LIST_HOURS))
    known = kept.get((purpose, number))
    now = clock.now()
    age = now.timestamp() - known[0] if known else 0
    if known is None or known[1] != places or not 0 <= age < life.total_seconds() / 2:
        claims = model.status_list(issuer(context), purpose, number, places, now=now, until=now + life)
        if len(kept) >= _LISTS_MAX:
            kept.clear()
        known = kept[purpose, number] = (now.timestamp(), places, signed(context, claims))
    return known[2]


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what tells whose badges these were; whoever holds a copy is told that it is revoked."""
    after = ""
    while held := await store.hold_told(tx, person_id=person_id, after=after, limit=FORGOTTEN_AT_ONCE_MAX):
        for one in held:
            await store.change(
                tx, replace(one, state=State.REVOKED, content_sealed=None, token_sealed=None, published_at=None)
            )
            if one.state is not State.REVOKED:
                await _note(tx, SYSTEM, one.id, State.REVOKED, ERASED_REASON)
        after = held[-1].id


async def _living(context: Context, person_id: str) -> Person:
    person = await people.person(context, person_id=person_id)
    if person.erased:
        raise UnknownPerson
    return person


async def _there(tx: Transaction, person_id: str) -> bool:
    """Tell whether a person was not erased, and let nobody erase them until the transaction ends."""
    return person_id in await people.held(tx, [person_id])


async def _made(
    context: Context,
    by: Actor,
    achievement: Achievement,
    person: Person,
    content: Content,
    *,
    earned_by: str,
    draft: bool,
) -> Badge | None:
    """Write a new badge, issued unless it is a draft; nothing when the person has it. Raises UnknownPerson."""
    whole_content = msgspec.structs.replace(
        content, name=person.name, salt=ids.new_secret(16), language=person.language
    )
    async with context.database.transaction() as tx:
        if not await _there(tx, person.id):
            raise UnknownPerson
        if await store.held(tx, achievement_id=achievement.id, person_id=person.id):
            return None
        number = await store.count(tx) // model.LIST_FILL
        for _ in range(model.PLACES_TRIED_MAX):
            place = int(ids.new_digits(12)) % model.LIST_SIZE
            if not await store.taken(tx, list_number=number, list_index=place):
                break
        badge = Badge(
            id=ids.new_id(), achievement_id=achievement.id, person_id=person.id, state=State.DRAFT,
            code=ids.new_secret(16), published_at=None, list_number=number, list_index=place, awarded_by=by.id,
            issued_at=None, expires_at=None, content=whole_content,
        )  # fmt: skip
        if not await store.add(tx, _kept(context, badge), earned_by=earned_by, created_at=clock.timestamp()):
            return None
        await _note(tx, by, badge.id, State.DRAFT, "")
        if not draft:
            badge = await _become(
                context, tx, badge, by=by, achievement=achievement, state=State.ISSUED, reason="", person=person
            )
    return badge


async def _become(
    context: Context,
    tx: Transaction,
    badge: Badge,
    *,
    by: Actor,
    achievement: Achievement,
    state: State,
    reason: str,
    person: Person,
) -> Badge:
    """Write what a badge that is held becomes, and tell it."""
    became = replace(badge, state=state)
    event = {State.REVOKED: REVOKED, State.SUSPENDED: SUSPENDED}.get(state, RESTORED)
    if state is State.ISSUED and not badge.token:
        event = ISSUED
        now = clock.now()
        expiry = achievement.expiry(now)
        became = replace(became, issued_at=clock.timestamp(now), expires_at=clock.timestamp(expiry) if expiry else None)
        claims = model.credential(
            issuer(context), became, achievement, identity=person.number or person.id,
            ladder=await _ladder(tx, achievement),
        )  # fmt: skip
        became = replace(became, token=signed(context, claims))
    if state is State.REVOKED:
        became = replace(became, published_at=None)
    await store.change(tx, _kept(context, became))
    await _note(tx, by, badge.id, state, reason)
    told = {
        "badgeId": badge.id, "personId": badge.person_id, "achievementId": achievement.id,
        "framework": achievement.framework, "competencyCode": achievement.competency_code, "level": achievement.level,
    }  # fmt: skip
    if badge.state is not State.DRAFT or state is State.ISSUED:
        await events.publish(tx, type=event, subject=f"badge/{badge.id}", data=told)
    return became


async def _ladder(tx: Transaction, one: Achievement) -> list[Level]:
    """Return the levels that the competency of a badge is measured at; none when they are not known here."""
    found = await frameworks.aligned_in(tx, framework=one.framework, code=one.competency_code) if one.level else None
    able = (competency.offered(scale) for competency, scale in found or () if competency.allows(scale, one.level))
    return next(able, [])


async def _note(tx: Transaction, by: Actor, badge_id: str, state: State, reason: str) -> None:
    at = clock.timestamp()
    await store.note(tx, badge_id=badge_id, change=Change(state, reason, by.id, at))
    await audit.record(tx, by=by, action=f"learn.badge.{state.value}", subject=f"badge/{badge_id}")


async def _read(context: Context, badge_id: str) -> Shown:
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, badge_id)
    if kept is None:
        raise UnknownBadge
    return (await _shown(context, [_badge(context, kept)]))[0]


async def _shown(context: Context, badges: list[Badge]) -> list[Shown]:
    known = await achievements.known(context, achievement_ids=[one.achievement_id for one in badges])
    now = clock.timestamp()
    return [Shown(one, known[one.achievement_id], one.standing(now)) for one in badges]


def _kept(context: Context, badge: Badge) -> Kept:
    sealed = context.keys.seal(_PURPOSE, msgspec.json.encode(badge.content), bound_to=badge.id)
    token = context.keys.seal(_PURPOSE, badge.token.encode(), bound_to=badge.id) if badge.token else None
    return Kept(
        badge.id, badge.achievement_id, badge.person_id, badge.state, sealed, token, badge.code, badge.published_at,
        badge.list_number, badge.list_index, badge.awarded_by, badge.issued_at, badge.expires_at,
    )  # fmt: skip


def _badge(context: Context, kept: Kept) -> Badge:
    def opened(sealed: bytes | None) -> bytes:
        return context.keys.open(_PURPOSE, sealed, bound_to=kept.id) if sealed else b""

    content = msgspec.json.decode(opened(kept.content_sealed) or b"{}", type=Content)
    return Badge(
        kept.id, kept.achievement_id, kept.person_id, kept.state, kept.code, kept.published_at, kept.list_number,
        kept.list_index, kept.awarded_by, kept.issued_at, kept.expires_at, content,
        opened(kept.token_sealed).decode(),
    )  # fmt: skip
