"""Pages of badges: one's own, awarding one, and the register in which administrators change what one is worth."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode

import msgspec

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Cell, Words, framed, repeated
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement, picture, told
from govstack.pillars.learn.learning.badges import presenters, schemas, service
from govstack.pillars.learn.learning.badges.errors import (
    AlreadyHeld,
    NoEvidence,
    NotAwardable,
    NotIssued,
    NotPossible,
    OwnBadge,
)
from govstack.pillars.learn.learning.badges.model import (
    REASON_CHARACTERS_MAX,
    Content,
    Evidence,
    Link,
    Shown,
    State,
)
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of badges",))
AWARDERS = by_policy("whoever holds the scope that the badge names")
PAGE_BADGES = 50
PEOPLE_AT_ONCE_MAX = 100
# They leave the person's hands with what stands in them; nobody on the way keeps a copy.
NOT_KEPT = {"Cache-Control": "no-store"}
AWARD_FIELDS = ("achievement", "number", "evidence", "evidence_url")


def my_page(ahead: Callable[[Call], Awaitable[list[tuple[Cell, ...]]]]) -> Routes:
    """Return the page of one's own badges; `ahead` gives what can be earned next: rooms above this one know it."""
    made = Routes(tags=("pages of badges",))

    @made.page("/badges", access=signed_in(), operation_id="myBadgesPage")
    async def mine(call: Call) -> Page:
        """List the badges of whoever signed in, and those that come next."""
        found = await service.mine(call.context, by=call.actor)
        values = {"rows": presenters.mine(Words(call.language), found), "ahead": await ahead(call)}
        return framed(call, "badges", "badges.html", values)

    return made


@routes.page("/badges/{badgeId}", access=signed_in(), operation_id="myBadgePage")
async def show(call: Call) -> Page:
    """Show a badge of one's own, with what can be done with it."""
    one = await service.my_badge(call.context, by=call.actor, badge_id=call.path["badgeId"])
    words = Words(call.language)
    values = {
        "badge": one.badge,
        "name": presenters.title(one.achievement, call.language),
        "rows": presenters.facts(words, one),
        "picture": f"/api/v1/achievements/{one.achievement.id}/picture?lang={call.language}",
        "counts": one.standing in {State.ISSUED, State.SUSPENDED},
        "usable": bool(one.badge.token) and one.standing is not State.REVOKED,
        "address": f"{call.context.public_url}/verify/{one.badge.code}",
        "changes": presenters.history(words, await service.history(call.context, badge_id=one.badge.id)),
    }
    return framed(call, "badges", "badge.html", values)


@routes.form("/badges/{badgeId}/public", access=signed_in(), operation_id="publishBadgeForm")
async def publish(call: Call) -> Redirect:
    """Show a badge to whoever has its address, or end that."""
    public = call.form.get("public") == "yes"
    one = await service.publish(call.context, by=call.actor, badge_id=call.path["badgeId"], public=public)
    notice = _("The badge is public now.") if public else _("The badge is not public any more.")
    return Redirect(f"/badges/{one.badge.id}", notice=Words(call.language)(notice))


@routes.page("/badges/{badgeId}/file", access=signed_in(), operation_id="badgeFilePage")
async def download(call: Call) -> Answer:
    """Download the signed credential of a badge of one's own."""
    one = await _usable(call)
    headers = {**NOT_KEPT, "Content-Disposition": 'attachment; filename="badge.jwt"'}
    return Answer(body=one.badge.token.encode(), media_type="application/vc+jwt", headers=headers)


@routes.page("/badges/{badgeId}/picture", access=signed_in(), operation_id="badgePicturePage")
async def draw(call: Call) -> Answer:
    """Download the picture of a badge of one's own, with the signed credential inside."""
    from openbadgeslib import baking

    one = await _usable(call)
    drawn = picture(told(one.achievement.names, call.language), one.achievement.competency_code, one.achievement.colour)
    baked = baking.bake_svg(
        drawn.encode(), one.badge.token, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3
    )
    headers = {**NOT_KEPT, "Content-Disposition": 'attachment; filename="badge.svg"'}
    return Answer(body=baked, media_type="image/svg+xml", headers=headers)


@routes.page("/award", access=AWARDERS, operation_id="awardPage")
async def ask_award(call: Call) -> Page:
    """Ask which badge is awarded to whom, and for what."""
    return await _ask(call, {}, {})


@routes.form("/award", access=AWARDERS, operation_id="awardForm")
async def award(call: Call) -> Page | Redirect:
    """Show an award for a last look, then make it, for one person or for several."""
    given = {name: call.form.get(name, "").strip() for name in AWARD_FIELDS}
    errors, one, found = await _complaints(call, given)
    if errors or one is None or call.form.get("step") == "edit":
        return await _ask(call, given, errors)
    words = Words(call.language)
    if call.form.get("step") != "send":
        rows = [
            (words(_("Badge")), presenters.title(one, call.language)),
            (words(_("Competency")), presenters.competency(words, one)),
            (words(_("People")), words.listed(person.name or person.id for person in found)),
            (words(_("Evidence")), given["evidence"]),
            (words(_("Link to the evidence")), given["evidence_url"]),
        ]
        return framed(call, "award", "award_check.html", {"rows": rows, "kept": given})
    content, awarded, had = Content(evidence=given["evidence"], evidence_url=given["evidence_url"]), 0, 0
    for person in found:
        try:
            await service.award(
                call.context, by=call.actor, achievement_id=one.id, person_id=person.id, content=content
            )
        except AlreadyHeld:
            had += 1
        except OwnBadge as problem:
            return await _ask(call, given, {"number": problem.title})
        else:
            awarded += 1
    told = words.count("{count} badge was awarded.", "{count} badges were awarded.", awarded) if awarded else ""
    known = words.count("{count} person had it already.", "{count} people had it already.", had) if had else ""
    return Redirect("/award", notice=" ".join(filter(None, (told, known))))


@routes.page("/badge-register", access=needs(ADMINISTER), query=schemas.BadgeQuery, operation_id="badgeRegisterPage")
async def register(call: Call) -> Page:
    """List all badges."""
    words, asked = Words(call.language), call.query
    found = await service.register(call.context, state=asked.wanted, after=asked.after, limit=PAGE_BADGES)
    chosen = asked.wanted.value if asked.wanted else ""
    more = {"state": chosen, "after": found[-1].badge.id} if len(found) == PAGE_BADGES else {}
    values = {
        "rows": presenters.register(words, found),
        "states": [(state.value, words(label)) for state, label in presenters.SAID.items()],
        "chosen": chosen,
        "first": "/badge-register" if asked.after else "",
        "next": f"/badge-register?{urlencode({name: text for name, text in more.items() if text})}" if more else "",
    }
    return framed(call, "register", "badge_register.html", values)


@routes.page("/badge-register/{badgeId}", access=needs(ADMINISTER), operation_id="badgeStatePage")
async def show_state(call: Call) -> Page:
    """Show a badge with its history, and what it may become."""
    return await _state(call, await service.read(call.context, by=call.actor, badge_id=call.path["badgeId"]), {})


@routes.form("/badge-register/{badgeId}", access=needs(ADMINISTER), operation_id="badgeStateForm")
async def change_state(call: Call) -> Page | Redirect:
    """Change what a badge is worth, with a reason."""
    wanted, reason = call.form.get("state", ""), call.form.get("reason", "").strip()
    errors = {}
    if wanted not in set(State):
        errors["state"] = _("Choose what the badge becomes.")
    if not reason:
        errors["reason"] = _("Say why. The reason stays in the history of the badge.")
    elif len(reason) > REASON_CHARACTERS_MAX:
        errors["reason"] = _("The text is too long.")
    if not errors:
        try:
            one = await service.change(
                call.context, by=call.actor, badge_id=call.path["badgeId"], state=State(wanted), reason=reason
            )
        except NotPossible as problem:
            errors["state"] = problem.title
        else:
            return Redirect(f"/badge-register/{one.badge.id}", notice=Words(call.language)(_("The badge was changed.")))
    one = await service.read(call.context, by=call.actor, badge_id=call.path["badgeId"])
    return await _state(call, one, errors, chosen=wanted, reason=reason)


async def _state(call: Call, one: Shown, errors: Mapping[str, str], *, chosen: str = "", reason: str = "") -> Page:
    words = Words(call.language)
    values = {
        "badge": one.badge, "name": presenters.title(one.achievement, call.language),
        "rows": presenters.facts(words, one), "choices": presenters.choices(words, one), "chosen": chosen,
        "reason": reason, "errors": errors,
        "changes": presenters.history(words, await service.history(call.context, badge_id=one.badge.id)),
    }  # fmt: skip
    return framed(call, "register", "badge_state.html", values, status=400 if errors else 200)


async def _usable(call: Call) -> Shown:
    one = await service.my_badge(call.context, by=call.actor, badge_id=call.path["badgeId"])
    if not one.badge.token or one.standing is State.REVOKED:
        raise NotIssued
    return one


async def _ask(call: Call, given: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    offered = await achievements.awardable(call.context, by=call.actor)
    values = {
        "offered": [(one.id, presenters.title(one, call.language)) for one in offered if one.awarding == "hand"],
        "given": {name: given.get(name, "") for name in AWARD_FIELDS},
        "errors": errors,
    }
    return framed(call, "award", "award.html", values, status=400 if errors else 200)


async def _complaints(call: Call, given: Mapping[str, str]) -> tuple[dict[str, str], Achievement | None, list[Person]]:
    """Return what is wrong with an award, the badge, and the people."""
    errors: dict[str, str] = {}
    offered = {one.id: one for one in await achievements.awardable(call.context, by=call.actor)}
    one = offered.get(given["achievement"])
    if one is None:
        errors["achievement"] = _("Choose a badge that you may award.")
    numbers = list(dict.fromkeys(filter(None, (line.strip() for line in given["number"].splitlines()))))
    found, unknown = [], []
    for number in numbers[:PEOPLE_AT_ONCE_MAX]:
        person = await people.by_number(call.context, number=number)
        if person is None or person.erased:
            unknown.append(number)
        else:
            found.append(person)
    if not numbers or len(numbers) > PEOPLE_AT_ONCE_MAX:
        errors["number"] = _("Enter the numbers of 1 to 100 people, one a line.")
    elif unknown:
        words = Words(call.language)
        errors["number"] = words(_("Nobody has these numbers: {numbers}"), numbers=repeated(unknown, words))
    try:
        msgspec.convert(given["evidence_url"], Link)
        msgspec.convert(given["evidence"], Evidence)
    except msgspec.ValidationError:
        errors["evidence_url"] = _(
            "A link begins with https:// and holds no spaces; a text has 1,000 characters at most."
        )
    if not given["evidence"] and not given["evidence_url"]:
        errors["evidence"] = NoEvidence.title
    if one is not None and one.awarding != "hand":
        errors["achievement"] = NotAwardable.title
    return errors, one, found
