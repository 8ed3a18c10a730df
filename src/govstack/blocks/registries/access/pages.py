"""Rights on a registry: all of them in words, taking one back, and what somebody would see (DRS-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.registries.access import presenters, service
from govstack.blocks.registries.access.errors import BadGrant, UnknownGrant, UnknownPolicy
from govstack.blocks.registries.access.model import DEFAULT_GRANT_ID, PERSON_IDENTIFIER, Effect, Grant
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.frame.presenters import Words, in_registry, manages
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("rights pages",))
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
STEWARDS = by_policy("administrators and stewards of the registry")
RIGHTS = "/registry/{code}/rights"
CALLERS = ("application", "person", "anyone")


@routes.page(RIGHTS, access=WATCHERS, operation_id="rightsPage")
async def rights(call: Call) -> Page:
    """List the rights on a registry in words."""
    words, registry = Words(call.language), await _registry(call)
    found = await service.grants(call.context, by=call.actor, code=registry.code)
    templates = [one for one in await service.policies(call.context, by=call.actor) if not one.automatic]
    values = {
        "rights": [presenters.told(words, one, registry) for one in found],
        "version": registry.version,
        "off": presenters.switched_off(words, _given(found), registry),
        "closed": not registry.default_grant,
        "templates": [(one.code, one.title) for one in templates],
        "manages": manages(call.actor, registry),
    }
    return in_registry(call, registry, "rights", "rights.html", values)


@routes.form(RIGHTS + "/restore", access=STEWARDS, operation_id="restoreDefaultRightForm")
async def restore_default(call: Call) -> Redirect:
    """Let whoever is signed in read the registry again."""
    registry = await _managed(call)
    await service.restore_default(call.context, by=call.actor, code=registry.code)
    return Redirect(f"/registry/{registry.code}/rights", notice=Words(call.language)(_("The right was given back.")))


@routes.form(RIGHTS + "/template", access=STEWARDS, operation_id="applyPolicyForm")
async def apply_template(call: Call) -> Redirect:
    """Give the rights of a template."""
    words, registry = Words(call.language), await _managed(call)
    try:
        given = await service.apply_template(
            call.context, by=call.actor, code=registry.code, policy_code=call.form.get("policy", "")
        )
    except (BadGrant, UnknownPolicy) as problem:
        return Redirect(f"/registry/{registry.code}/rights", notice=words.said(problem.detail))
    notice = words.count(
        "{count} right of the template holds now.", "{count} rights of the template hold now.", len(given)
    )
    return Redirect(f"/registry/{registry.code}/rights", notice=notice)


@routes.page(RIGHTS + "/explain", access=WATCHERS, operation_id="explainRightsPage")
async def ask_caller(call: Call) -> Page:
    """Ask whose rights are to be explained."""
    return _explain_page(call, await _registry(call), {}, {}, {})


@routes.form(RIGHTS + "/explain", access=WATCHERS, operation_id="explainRightsForm")
async def explain(call: Call) -> Page:
    """Show what somebody may do and see, by the very decision that every call asks."""
    words, registry = Words(call.language), await _registry(call)
    errors = _wrong_caller(words, call.form)
    if errors:
        return _explain_page(call, registry, call.form, errors, {})
    decision = await service.decision(call.context, by=_caller(call.form), registry=registry)
    shown = {"answer": presenters.decided(words, decision, registry), "who": _named(words, call.form)}
    return _explain_page(call, registry, call.form, {}, shown)


@routes.page(RIGHTS + "/{grant}/revoke", access=STEWARDS, operation_id="revokeRightPage")
async def ask_revoking(call: Call) -> Page:
    """Show a right, and ask whether it is to end."""
    words, registry = Words(call.language), await _managed(call)
    grant = await _grant(call, registry)
    values = {
        "right": presenters.told(words, grant, registry),
        "standard": grant.id == DEFAULT_GRANT_ID,
        "above": [(words(_("Rights")), f"/registry/{registry.code}/rights")],
    }
    return in_registry(call, registry, "rights", "right_revoke.html", values)


@routes.form(RIGHTS + "/{grant}/revoke", access=STEWARDS, operation_id="revokeRightForm")
async def revoke(call: Call) -> Redirect:
    """Take a right back."""
    registry = await _managed(call)
    await service.revoke(call.context, by=call.actor, code=registry.code, grant_id=call.path["grant"])
    return Redirect(f"/registry/{registry.code}/rights", notice=Words(call.language)(_("The right was taken back.")))


def _given(found: Sequence[Grant]) -> set[ServiceKind]:
    """Return all services that rights give."""
    return {kind for grant in found if grant.effect is Effect.ALLOW for kind in grant.services}


async def _registry(call: Call) -> Registry:
    """Return the newest version of a registry, or its draft; raises Forbidden to strangers."""
    return (await design.definition(call.context, by=call.actor, key=call.path["code"]))[0]


async def _managed(call: Call) -> Registry:
    registry = await _registry(call)
    if not manages(call.actor, registry):
        raise Forbidden
    return registry


async def _grant(call: Call, registry: Registry) -> Grant:
    for grant in await service.grants(call.context, by=call.actor, code=registry.code):
        if grant.id == call.path["grant"] and not grant.policy:
            return grant
    raise UnknownGrant


def _wrong_caller(words: Words, form: Mapping[str, str]) -> dict[str, str]:
    kind, name = form.get("caller", ""), form.get("name", "").strip()
    if kind not in CALLERS:
        return {"caller": words(_("Choose who it is"))}
    if kind == "application" and (len(name.split("/")) != 4 or not all(name.split("/"))):
        return {"name": words(_("Enter the system as INSTANCE/CLASS/MEMBER/APPLICATION"))}
    if kind == "person" and not name:
        return {"name": words(_("Enter the id with which the person signs in"))}
    return {}


def _caller(form: Mapping[str, str]) -> Actor:
    """Return the actor that a form describes: no one real, only what rights are decided by."""
    kind, name = form["caller"], form.get("name", "").strip()
    purpose = {"purpose": form["purpose"].strip()} if form.get("purpose", "").strip() else {}
    if kind == "application":
        acting = form.get("on_behalf_of", "").strip()
        return Actor("application", name, name, application=name, attributes=purpose, on_behalf_of=acting)
    if kind == "person":
        roles = frozenset(form.get("roles", "").replace(",", " ").split())
        number = form.get("on_behalf_of", "").strip()
        told = {**purpose, **({PERSON_IDENTIFIER: number} if number else {})}
        return Actor("person", name, name, roles=roles, attributes=told)
    return ANONYMOUS


def _named(words: Words, form: Mapping[str, str]) -> str:
    return form.get("name", "").strip() if form["caller"] != "anyone" else words(_("Somebody who is not signed in"))


def _explain_page(
    call: Call,
    registry: Registry,
    form: Mapping[str, str],
    errors: Mapping[str, str],
    shown: Mapping[str, object],
) -> Page:
    words = Words(call.language)
    empty = dict.fromkeys(("caller", "name", "roles", "on_behalf_of", "purpose"), "")
    values = {
        "form": {**empty, **form},
        "errors": dict(errors),
        "answer": [],
        "who": "",
        "version": registry.version,
        "above": [(words(_("Rights")), f"/registry/{registry.code}/rights")],
        **shown,
    }
    return in_registry(call, registry, "rights", "rights_explain.html", values, status=400 if errors else 200)
