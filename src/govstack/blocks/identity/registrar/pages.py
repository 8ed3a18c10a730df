"""Administrators' pages about people: find somebody on a ground, block, end, revoke, and take factors away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.lockouts import service as lockouts
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import Ended, UnknownPerson
from govstack.blocks.identity.people.model import REASON_CHARACTERS_MAX, Person
from govstack.blocks.identity.registrar import presenters, service
from govstack.blocks.identity.registrar.service import Ground
from govstack.blocks.identity.roles import service as roles
from govstack.blocks.identity.roles.errors import UnknownRole
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("people pages",))
ADMINISTRATOR = needs(people.ADMINISTER)
ONE = "/people/{subject}"
CHANGES_SHOWN = 100
SAY_WHO = _("Enter an identifier of the person")
SAY_GROUND = _("Choose why you look the person up")
SAY_REASON = _("Say why, in at most 500 characters")
SAY_WHICH = _("Choose which identifier is to end")
NOBODY = _("Nobody is found by this. Check it, or ask the person for another identifier.")
DONE: Mapping[str, str] = {
    "block": _("The person is blocked. Nothing of theirs works until you unblock them."),
    "unblock": _("The person can act again."),
    "deactivate": _("The identity has ended for ever."),
    "factors": _("All ways to sign in were taken away. The person sets up new ones with a one-time code."),
    "unlock": _("Pauses after wrong tries have ended."),
}
# What nobody can undo is asked about once more: the question, what follows, and what the button says.
END = (
    _("Revoke this identifier?"),
    _("This cannot be undone. Whoever was given it reaches nobody by it any more."),
    _("Revoke"),
)
CHECKED: Mapping[str, tuple[str, str, str]] = {
    "deactivate": (
        _("End this identity for ever?"),
        _("This cannot be undone. The person can prove nothing any more: no sign-in, number or card of theirs works."),
        _("End this identity for ever"),
    ),
    "factors": (
        _("Take all ways to sign in away?"),
        _("What is taken away does not come back. The person sets up new ones with a one-time code."),
        _("Take all ways to sign in away"),
    ),
}


@routes.page("/people", access=ADMINISTRATOR, operation_id="peoplePage")
async def ask(call: Call) -> Page:
    """Ask whom to look up, and on which ground."""
    return _ask(call, {"identifier": "", "ground": ""}, {})


@routes.form("/people", access=ADMINISTRATOR, operation_id="peopleFindForm", secret=True)
async def find(call: Call) -> Page | Redirect:
    """Look somebody up."""
    identifier, ground = call.form.get("identifier", "").strip(), call.form.get("ground", "")
    errors = {} if identifier else {"identifier": SAY_WHO}
    if ground not in list(Ground):
        errors["ground"] = SAY_GROUND
    if errors:
        return _ask(call, {"identifier": identifier, "ground": ground}, errors)
    try:
        found = await service.find(call.context, by=call.actor, identifier=identifier, ground=Ground(ground))
    except UnknownPerson:
        return _ask(call, {"identifier": identifier, "ground": ground}, {"identifier": NOBODY})
    return Redirect(presenters.place(found))


@routes.page(ONE, access=ADMINISTRATOR, operation_id="personPage")
async def show(call: Call) -> Page:
    """Show how somebody's identity stands, with what can be done about it; who looks is on record."""
    person = await service.read(call.context, by=call.actor, subject=call.path["subject"])
    return await _shown(call, person, {})


@routes.form(f"{ONE}/act", access=ADMINISTRATOR, operation_id="personActForm")
async def act(call: Call) -> Page | Redirect:
    """Block, unblock or end an identity, end pauses, or take all factors away; each wants a reason.

    What cannot be undone is asked about once more before it is done.
    """
    person = await service.known(call.context, subject=call.path["subject"])
    done, reason = call.form.get("act", ""), call.form.get("reason", "").strip()
    if done not in DONE:
        raise BadRequest
    if not reason or len(reason) > REASON_CHARACTERS_MAX:
        return await _shown(call, person, {"reason": SAY_REASON})
    step = call.form.get("step", "")
    if step == "edit":
        return await _shown(call, person, {})
    if done in CHECKED and step != "send":
        kept = {"act": done, "reason": reason}
        return _check(call, person, CHECKED[done], action="act", why=reason, kept=kept)
    try:
        await _do(call, person, done, reason)
    except Ended as refused:
        return await _shown(call, person, {"": refused.detail})
    return Redirect(presenters.place(person), notice=DONE[done])


@routes.form(f"{ONE}/identifiers", access=ADMINISTRATOR, operation_id="personIdentifierEndForm")
async def end(call: Call) -> Page | Redirect:
    """Revoke a virtual identifier or detach an alias, with a reason, after asking once more."""
    person = await service.known(call.context, subject=call.path["subject"])
    step = call.form.get("step", "")
    if step == "edit":
        return await _shown(call, person, {})
    words = Words(call.language)
    choices = dict(presenters.working(words, await people.identifiers(call.context, person_id=person.id)))
    wanted, why = call.form.get("identifier", ""), call.form.get("why", "").strip()
    errors = {} if wanted in choices else {"identifier": SAY_WHICH}
    if not why or len(why) > REASON_CHARACTERS_MAX:
        errors["why"] = SAY_REASON
    if errors:
        return await _shown(call, person, errors)
    if step != "send":
        kept = {"identifier": wanted, "why": why}
        return _check(call, person, END, action="identifiers", why=f"{choices[wanted]}: {why}", kept=kept)
    await service.end_identifier(call.context, by=call.actor, person=person, identifier_id=wanted, reason=why)
    return Redirect(presenters.place(person), notice=_("The identifier has ended. Nothing accepts it any more."))


@routes.page(f"{ONE}/roles", access=ADMINISTRATOR, operation_id="rolesPage")
async def show_roles(call: Call) -> Page:
    """Show which roles there are and which somebody has; who looks is on record."""
    person = await service.read(call.context, by=call.actor, subject=call.path["subject"])
    return _roles_page(call, person, person.roles.split(), person.scopes.split(), {})


@routes.form(f"{ONE}/roles", access=ADMINISTRATOR, operation_id="rolesForm")
async def give_roles(call: Call) -> Page | Redirect:
    """Give and take roles, with a reason that the person can read."""
    person = await service.known(call.context, subject=call.path["subject"])
    wanted, kept = call.form_lists.get("roles", ()), call.form_lists.get("scopes", ())
    reason = call.form.get("reason", "").strip()
    if not reason or len(reason) > REASON_CHARACTERS_MAX:
        return _roles_page(call, person, wanted, kept, {"reason": SAY_REASON})
    try:
        await roles.give(call.context, by=call.actor, person=person, wanted=wanted, kept=kept, reason=reason)
    except (UnknownRole, Ended) as refusal:
        return _roles_page(call, person, wanted, kept, {"": refusal.detail})
    done = _("The roles are changed. Sessions of the person have ended; they sign in with what they may do now.")
    return Redirect(presenters.place(person), notice=done)


async def _do(call: Call, person: Person, done: str, reason: str) -> None:
    context, by = call.context, call.actor
    if done == "block":
        await people.block(context, by=by, person_id=person.id, reason=reason)
    elif done == "unblock":
        await people.unblock(context, by=by, person_id=person.id, reason=reason)
    elif done == "deactivate":
        await people.deactivate(context, by=by, person_id=person.id, reason=reason)
    elif done == "factors":
        await service.take_factors_away(context, by=by, person=person, reason=reason)
    else:
        await service.end_pauses(context, by=by, person=person, reason=reason)


def _check(
    call: Call, person: Person, asked: tuple[str, str, str], *, action: str, why: str, kept: Mapping[str, str]
) -> Page:
    question, follows, button = asked
    words, place = Words(call.language), presenters.place(person)
    values = {
        "question": question, "follows": follows, "button": button, "action": f"{place}/{action}", "kept": kept,
        "rows": [(words(_("Person")), presenters.name(words, person)), (words(_("Reason")), why)], "back": place,
    }  # fmt: skip
    return framed(call, "people", "for_good_check.html", values)


def _ask(call: Call, given: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    values = {"grounds": presenters.grounds(Words(call.language)), "given": given, "errors": errors}
    return framed(call, "people", "people.html", values, status=400 if errors else 200)


async def _shown(call: Call, person: Person, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    found = await people.identifiers(call.context, person_id=person.id)
    changes = await people.history(call.context, person_id=person.id, limit=CHANGES_SHOWN)
    values = {
        "person": presenters.person(words, person),
        "identifiers": presenters.identifiers(words, found),
        "working": presenters.working(words, found),
        "chosen": call.form.get("identifier", ""),
        "why": call.form.get("why", ""),
        "factors": len(await factors.offered(call.context, person_id=person.id)),
        "paused": bool(await lockouts.locked(call.context, person_id=person.id)),
        "rows": presenters.changes(words, changes),
        "reason": call.form.get("reason", ""),
        "errors": errors,
    }
    return framed(call, "people", "person.html", values, status=400 if errors else 200)


def _roles_page(
    call: Call, person: Person, wanted: Sequence[str], kept: Sequence[str], errors: Mapping[str, str]
) -> Page:
    words = Words(call.language)
    values = {
        "name": presenters.name(words, person),
        "here": presenters.place(person),
        "roles": presenters.roles(roles.roles(call.context), person, call.language),
        "wanted": wanted,
        "single": [(one, one) for one in person.scopes.split()],
        "kept": kept,
        "reason": call.form.get("reason", ""),
        "own": call.actor.id == person.subject,
        "errors": errors,
    }
    return framed(call, "people", "roles.html", values, status=400 if errors else 200)
