"""The operations on badges, and what others check them with."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.errors import UnknownAchievement
from govstack.pillars.learn.learning.badges import schemas, service
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
from govstack.pillars.learn.learning.badges.model import Purpose, Shown
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson

routes = Routes(tags=("Badges",))
well_known = Routes(tags=("Badges",))
AWARDERS = by_policy("whoever holds the scope that the badge names")
OWNER = by_policy("the person who holds the badge, the training unit, or an administrator")
JWT = "application/vc+jwt"
DID = "application/did+json"
NUMBER_DIGITS_MAX = 6
LISTS_SECONDS = 300


@routes.post(
    "/badges", access=AWARDERS, body=schemas.AwardGiven, answer=schemas.BadgeShown, operation_id="awardBadge",
    status=201, errors=(
        UnknownAchievement, UnknownPerson, NotAwardable, NotYoursToAward, NoEvidence, OwnBadge, AlreadyHeld,
    ),
)  # fmt: skip
async def award(call: Call, body: schemas.AwardGiven) -> schemas.BadgeShown:
    """Award a badge by hand, with evidence."""
    badge = await service.award(
        call.context, by=call.actor, achievement_id=body.achievement_id, person_id=body.person_id,
        content=body.content(), draft=body.draft,
    )  # fmt: skip
    achievement = await achievements.read(call.context, achievement_id=badge.achievement_id)
    return _answer(call, Shown(badge, achievement, badge.state))


@routes.post(
    "/achievements/{achievementId}/results", access=AWARDERS, body=schemas.ResultGiven, answer=schemas.RuleAnswer,
    operation_id="earnBadge", errors=(UnknownAchievement, UnknownPerson, NotAwardable, NotYoursToAward, OwnBadge),
)  # fmt: skip
async def earn(call: Call, body: schemas.ResultGiven) -> schemas.RuleAnswer:
    """Tell what somebody reached; the badge is awarded when that is what its rule asks for."""
    achievement = await achievements.read(call.context, achievement_id=call.path["achievementId"])
    if not call.actor.may(achievement.awarder.scope):
        raise NotYoursToAward
    if achievement.by_contributions:
        # Contributions are counted where they are confirmed; nobody tells of them from outside.
        raise NotAwardable
    await service.refuse_own(call.context, by=call.actor, person_id=body.person_id)
    badge = await service.earned(
        call.context, by=call.actor, achievement_id=achievement.id, person_id=body.person_id,
        reference=body.reference, content=body.content(),
    )  # fmt: skip
    if badge is None:
        return schemas.RuleAnswer(reached=False)
    return schemas.RuleAnswer(reached=True, badge=_answer(call, Shown(badge, achievement, badge.state)))


@routes.get("/me/badges", access=signed_in(), answer=schemas.BadgeList, operation_id="listMyBadges")
async def list_mine(call: Call) -> schemas.BadgeList:
    """List the badges of whoever signed in."""
    found = await service.mine(call.context, by=call.actor)
    return schemas.BadgeList(
        [schemas.badge_shown(one, public_url=call.context.public_url, own=True) for one in found]
    )  # fmt: skip


@routes.get(
    "/badges", access=needs(ADMINISTER), query=schemas.BadgeQuery, answer=schemas.BadgeList, operation_id="listBadges"
)
async def list_all(call: Call) -> schemas.BadgeList:
    """List all badges, those in a state when one is named."""
    asked = call.query
    found = await service.register(call.context, state=asked.wanted, after=asked.after, limit=asked.limit)
    return schemas.BadgeList(
        [_answer(call, one) for one in found], found[-1].badge.id if len(found) == asked.limit else ""
    )


@routes.get(
    "/badges/{badgeId}", access=OWNER, answer=schemas.BadgeShown, operation_id="readBadge", errors=(UnknownBadge,)
)
async def read(call: Call) -> schemas.BadgeShown:
    """Read a badge."""
    shown = await service.read(call.context, by=call.actor, badge_id=call.path["badgeId"])
    person = call.actor.kind == "person"
    own = person and shown.badge.person_id == (await people.me(call.context, by=call.actor)).id
    return schemas.badge_shown(shown, public_url=call.context.public_url, own=own)


@routes.get(
    "/badges/{badgeId}/history", access=OWNER, answer=schemas.BadgeHistory, operation_id="readBadgeHistory",
    errors=(UnknownBadge,),
)  # fmt: skip
async def read_history(call: Call) -> schemas.BadgeHistory:
    """Read what became of a badge, with reasons."""
    shown = await service.read(call.context, by=call.actor, badge_id=call.path["badgeId"])
    return schemas.history_of(await service.history(call.context, badge_id=shown.badge.id))


@routes.get(
    "/badges/{badgeId}/credential", access=signed_in(), answer_type=JWT, operation_id="readCredential",
    errors=(UnknownBadge, NotIssued),
)  # fmt: skip
async def read_credential(call: Call) -> Answer:
    """Download the signed credential of a badge of one's own."""
    shown = await service.my_badge(call.context, by=call.actor, badge_id=call.path["badgeId"])
    if not shown.badge.token:
        raise NotIssued
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="badge.jwt"'}
    return Answer(body=shown.badge.token.encode(), media_type=JWT, headers=headers)


@routes.put(
    "/badges/{badgeId}/state", access=needs(ADMINISTER), body=schemas.StateGiven, answer=schemas.BadgeShown,
    operation_id="changeBadge", errors=(UnknownBadge, NoReason, NotPossible, OwnBadge),
)  # fmt: skip
async def change(call: Call, body: schemas.StateGiven) -> schemas.BadgeShown:
    """Issue a draft, suspend, restore or revoke a badge, with a reason."""
    return _answer(
        call,
        await service.change(
            call.context, by=call.actor, badge_id=call.path["badgeId"], state=body.state, reason=body.reason
        ),
    )


@routes.put(
    "/badges/{badgeId}/public", access=signed_in(), body=schemas.PublicGiven, answer=schemas.BadgeShown,
    operation_id="publishBadge", errors=(UnknownBadge, NotIssued),
)  # fmt: skip
async def publish(call: Call, body: schemas.PublicGiven) -> schemas.BadgeShown:
    """Show a badge of one's own to whoever has its address, or end that."""
    shown = await service.publish(call.context, by=call.actor, badge_id=call.path["badgeId"], public=body.public)
    return schemas.badge_shown(shown, public_url=call.context.public_url, own=True)


@routes.get(
    "/status-lists/{number}/{purpose}", access=public(), answer_type=JWT, operation_id="readStatusList",
    errors=(UnknownList,),
)  # fmt: skip
async def read_list(call: Call) -> Answer:
    """Read the signed list of badges that are revoked or suspended."""
    number, purpose = call.path["number"], call.path["purpose"]
    if not (number.isascii() and number.isdigit()) or len(number) > NUMBER_DIGITS_MAX or purpose not in set(Purpose):
        raise UnknownList
    made = await service.status_list(call.context, purpose=Purpose(purpose), number=int(number))
    return Answer(
        body=made.encode(), media_type=JWT, headers={"Cache-Control": f"public, max-age={LISTS_SECONDS}"}
    )  # fmt: skip


@well_known.get("/did.json", access=public(), answer=schemas.DidDocument, operation_id="issuerKeys", answer_type=DID)
async def keys(call: Call) -> Answer:
    """Read the public keys that badges are checked with, where did:web looks for them below a path."""
    document = msgspec.json.encode(service.did_document(call.context))
    return Answer(body=document, media_type=DID, headers={"Cache-Control": f"public, max-age={LISTS_SECONDS}"})


@well_known.get(
    "/.well-known/did.json", access=public(), answer=schemas.DidDocument, operation_id="issuerKeysOfHost",
    answer_type=DID,
)  # fmt: skip
async def keys_of_host(call: Call) -> Answer:
    """Read the same keys where did:web looks for them when the pillar has a host of its own."""
    return await keys(call)


def _answer(call: Call, shown: Shown) -> schemas.BadgeShown:
    return schemas.badge_shown(shown, public_url=call.context.public_url, own=False)
