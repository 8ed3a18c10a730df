"""Groups that rights are given to, and policies and templates of rights across registries (DRS-6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from govstack.blocks.registries.access import service
from govstack.blocks.registries.access.errors import UnknownGroup, UnknownPolicy
from govstack.blocks.registries.access.model import DEFAULT_GRANT_ID, Group, Policy
from govstack.blocks.registries.access.presenters import covers
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import ADMINISTER
from govstack.blocks.registries.frame.presenters import CLASSIFICATIONS, Words, creates, framed, refused
from govstack.blocks.registries.policies import presenters
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("rights pages",))
WATCHERS = by_policy("administrators, analysts and auditors")
ADMINISTRATORS = needs(ADMINISTER)
GROUP = "/access/groups/{group}"
POLICY = "/access/policies/{policy}"


@routes.page("/access", access=WATCHERS, operation_id="accessPage")
async def access(call: Call) -> Page:
    """List groups, policies and templates."""
    words = Words(call.language)
    values = {
        "groups": presenters.group_rows(words, await service.groups(call.context, by=call.actor)),
        "policies": presenters.policy_rows(words, await service.policies(call.context, by=call.actor)),
        "creates": creates(call.actor),
    }
    return framed(call, "access", "access.html", values)


@routes.page("/access/new-group", access=ADMINISTRATORS, operation_id="newGroupPage")
async def ask_group(call: Call) -> Page:
    """Ask for a new group."""
    return _group_page(call, None, presenters.group_form(None), {})


@routes.form("/access/new-group", access=ADMINISTRATORS, operation_id="newGroupForm")
async def add_group(call: Call) -> Page | Redirect:
    """Create a group."""
    words = Words(call.language)
    made, errors = presenters.read_group(words, call.form, "")
    if "code" not in errors and await _found_group(call, made.code) is not None:
        errors["code"] = words(_("Another group has this code"))
    return await _keep_group(call, None, made, errors)


@routes.page(GROUP, access=WATCHERS, operation_id="groupPage")
async def one_group(call: Call) -> Page:
    """Show a group, to administrators for changing."""
    group = await _group(call)
    if creates(call.actor):
        return _group_page(call, group, presenters.group_form(group), {})
    values = {"group": group, "members": presenters.members(Words(call.language), group)}
    return framed(call, "access", "group.html", values)


@routes.form(GROUP, access=ADMINISTRATORS, operation_id="groupForm")
async def change_group(call: Call) -> Page | Redirect:
    """Change a group's name and members."""
    group = await _group(call)
    made, errors = presenters.read_group(Words(call.language), call.form, group.code)
    if made.name == group.name:
        # Under another name the group is another thing: the names in other languages do not say that one.
        made = replace(made, names=group.names)
    return await _keep_group(call, group, made, errors)


@routes.page(GROUP + "/delete", access=ADMINISTRATORS, operation_id="deleteGroupPage")
async def ask_group_deletion(call: Call) -> Page:
    """Ask whether a group is to go."""
    group, words = await _group(call), Words(call.language)
    values = {
        "question": words(_("Delete the group {name}?"), name=group.name),
        "effect": words(_("Rights that were given to it then mean nobody.")),
        "action": f"/access/groups/{group.code}/delete",
        "label": words(_("Delete the group")),
        "cancel": f"/access/groups/{group.code}",
    }
    return framed(call, "access", "access_delete.html", values)


@routes.form(GROUP + "/delete", access=ADMINISTRATORS, operation_id="deleteGroupForm")
async def delete_group(call: Call) -> Redirect:
    """Delete a group."""
    await service.delete_group(call.context, by=call.actor, code=call.path["group"])
    return Redirect("/access", notice=Words(call.language)(_("The group was deleted.")))


@routes.page("/access/new-policy", access=ADMINISTRATORS, operation_id="newPolicyPage")
async def ask_policy(call: Call) -> Page:
    """Ask for a policy or template, made of the rights of a registry."""
    return await _policy_page(call, presenters.policy_form(), {})


@routes.form("/access/new-policy", access=ADMINISTRATORS, operation_id="newPolicyForm")
async def add_policy(call: Call) -> Page | Redirect:
    """Keep the rights of a registry as a policy or template."""
    words = Words(call.language)
    made, errors = presenters.read_policy(words, call.form)
    if "code" not in errors and await _found_policy(call, made.code) is not None:
        errors["code"] = words(_("Another policy has this code"))
    if not errors:
        given = await service.grants(call.context, by=call.actor, code=call.form["source"])
        own = tuple(one for one in given if not one.policy and not one.owner and one.id != DEFAULT_GRANT_ID)
        if not own:
            errors["source"] = words(_("This registry has no rights of its own yet"))
        else:
            return await _put_policy(call, replace(made, grants=own))
    return await _policy_page(call, {**presenters.policy_form(), **call.form}, errors)


async def _put_policy(call: Call, policy: Policy) -> Page | Redirect:
    words = Words(call.language)
    try:
        kept = await service.put_policy(call.context, by=call.actor, policy=policy)
    except BadRequest as problem:
        return await _policy_page(call, {**presenters.policy_form(), **call.form}, refused(words, problem, "code"))
    text = _("The policy holds from now on.") if kept.automatic else _("The template was kept.")
    return Redirect(f"/access/policies/{kept.code}", notice=words(text))


@routes.page(POLICY, access=WATCHERS, operation_id="policyPage")
async def one_policy(call: Call) -> Page:
    """Show a policy or template with its rights in words."""
    words, policy = Words(call.language), await _policy(call)
    values = {
        "policy": policy,
        "rights": presenters.grants(words, policy),
        "covers": covers(words, policy),
        "creates": creates(call.actor),
    }
    return framed(call, "access", "policy.html", values)


@routes.page(POLICY + "/delete", access=ADMINISTRATORS, operation_id="deletePolicyPage")
async def ask_policy_deletion(call: Call) -> Page:
    """Ask whether a policy is to go."""
    words, policy = Words(call.language), await _policy(call)
    taken = _("Its rights end at once in all registries that it covers.")
    copied = _("Rights that were copied from it to registries stay.")
    values = {
        "question": words(_("Delete {name}?"), name=policy.title),
        "effect": words(taken if policy.automatic else copied),
        "action": f"/access/policies/{policy.code}/delete",
        "label": words(_("Delete the policy")) if policy.automatic else words(_("Delete the template")),
        "cancel": f"/access/policies/{policy.code}",
    }
    return framed(call, "access", "access_delete.html", values)


@routes.form(POLICY + "/delete", access=ADMINISTRATORS, operation_id="deletePolicyForm")
async def delete_policy(call: Call) -> Redirect:
    """Delete a policy."""
    await service.delete_policy(call.context, by=call.actor, code=call.path["policy"])
    return Redirect("/access", notice=Words(call.language)(_("It was deleted.")))


async def _found_group(call: Call, code: str) -> Group | None:
    return next((one for one in await service.groups(call.context, by=call.actor) if one.code == code), None)


async def _group(call: Call) -> Group:
    group = await _found_group(call, call.path["group"])
    if group is None:
        raise UnknownGroup
    return group


async def _found_policy(call: Call, code: str) -> Policy | None:
    return next((one for one in await service.policies(call.context, by=call.actor) if one.code == code), None)


async def _policy(call: Call) -> Policy:
    policy = await _found_policy(call, call.path["policy"])
    if policy is None:
        raise UnknownPolicy
    return policy


async def _keep_group(call: Call, before: Group | None, made: Group, errors: dict[str, str]) -> Page | Redirect:
    words = Words(call.language)
    if not errors:
        try:
            await service.put_group(call.context, by=call.actor, group=made)
        except BadRequest as problem:
            errors = refused(words, problem, "members")
    if errors:
        return _group_page(call, before, {**presenters.group_form(before), **call.form}, errors)
    return Redirect("/access", notice=words(_("The group {name} was kept."), name=made.name))


def _group_page(call: Call, group: Group | None, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    values = {"group": group, "form": form, "errors": dict(errors)}
    return framed(call, "access", "group_form.html", values, status=400 if errors else 200)


async def _policy_page(call: Call, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "form": form,
        "errors": dict(errors),
        "sources": [(one.code, one.name or one.code) for one in await design.registries(call.context, by=call.actor)],
        "classifications": [(one.value, words(label)) for one, (label, _hint) in CLASSIFICATIONS.items()],
    }
    return framed(call, "access", "policy_form.html", values, status=400 if errors else 200)
