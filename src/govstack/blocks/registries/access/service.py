"""Rights on registries: the decision every path asks for, and the acts that give and take rights (DRS-6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import msgspec

from govstack.blocks.registries.access import store
from govstack.blocks.registries.access.errors import BadGrant, NotYourData, UnknownPolicy
from govstack.blocks.registries.access.model import (
    ASKING,
    DEFAULT_GRANT_ID,
    NOT_PERSONAL,
    PERSON_SELF,
    PERSONAL,
    Decision,
    Grant,
    Group,
    Policy,
    actor_groups,
    consent_fault,
    decide,
    implied,
    person_of,
)
from govstack.blocks.registries.access.store import SQL
from govstack.blocks.registries.conditions.model import ConditionError, check, kinds_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import (
    SUBJECT_PATTERN,
    UNCHANGING,
    Classification,
    Registry,
    ServiceKind,
    may_manage,
    may_see_definition,
    pointer,
)
from govstack.blocks.registries.lifecycle import service as lifecycle
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest, Forbidden

APPLICATION = "application:"
FOUND = "registries.rights"
FOUND_SECONDS = 2.0
FOUND_MAX = 1_000
GRANT_FIELDS_MAX = 500
POLICY_GRANTS_MAX = 50
TEXT_CHARACTERS_MAX = 500
GROUP_MEMBERS_MAX = 10_000
GROUP_LANGUAGES_MAX = 20
LANGUAGE_PATTERN = re.compile(r"[a-z]{2,3}")
DELEGATIONS_MAX = 20
CODE_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")
REGISTRIES_PATTERN = re.compile(r"[A-Za-z0-9_*?-]{1,64}")


@dataclass(frozen=True, slots=True)
class _Rights:
    """What was read of one registry's rights, until it is asked for anew."""

    expires: float
    grants: tuple[Grant, ...]
    policies: tuple[Policy, ...]
    groups: tuple[Group, ...]


async def decision(context: Context, *, by: Actor, registry: Registry) -> Decision:
    """Return what an actor may do with a version of a registry; grants are cached and followed within seconds."""
    kept: dict[int, _Rights] = context.memory.setdefault(FOUND, {})
    rights = kept.get(registry.id)
    if rights is None or rights.expires < clock.monotonic():
        async with context.database.reading() as tx:
            found = await store.grants(tx, registry.id), await store.policies(tx), await store.groups(tx)
        rights = _Rights(clock.monotonic() + FOUND_SECONDS, *found)
        if len(kept) >= FOUND_MAX:
            kept.clear()
        kept[registry.id] = rights
    everywhere = (
        grant for policy in rights.policies if policy.automatic and policy.covers(registry) for grant in policy.grants
    )
    return decide((*rights.grants, *everywhere), by, registry, actor_groups(rights.groups, by))


def forget(context: Context) -> None:
    """Forget the rights that were read, after some changed; other processes follow within seconds."""
    context.memory.pop(FOUND, None)


async def grants(context: Context, *, by: Actor, code: str) -> tuple[Grant, ...]:
    """Return the rights on a registry, its default and what policies add included."""
    registry = await _seen(context, by, code)
    async with context.database.reading() as tx:
        own, policies = await store.grants(tx, registry.id), await store.policies(tx)
    added = [grant for policy in policies if policy.automatic and policy.covers(registry) for grant in policy.grants]
    return (*((implied(registry),) if registry.default_grant else ()), *own, *added)


async def give(context: Context, *, by: Actor, code: str, grant: Grant) -> Grant:
    """Give a right on a registry; giving the same again changes nothing. Raises BadGrant and Forbidden."""
    registry = await _managed(context, by, code)
    _refuse(grant, registry)
    async with context.database.transaction() as tx:
        given = await _add(tx, by, replace(grant, registry_id=registry.id, owner=""), code)
        tx.after_commit(lambda: forget(context))
    return given


async def restore_default(context: Context, *, by: Actor, code: str) -> None:
    """Let whoever is signed in read a registry again, as every registry starts."""
    await lifecycle.set_default_grant(context, by=by, code=code, granted=True)


async def _add(tx: Transaction, by: Actor, grant: Grant, code: str) -> Grant:
    present = await store.grants(tx, grant.registry_id)
    same = next((one for one in present if _essence(one) == _essence(grant)), None)
    if same is not None:
        return same
    if len(present) >= store.GRANTS_MAX:
        raise BadGrant(f"A registry has at most {store.GRANTS_MAX} grants. Use groups and policies.")
    given = replace(grant, id=ids.new_id(), created_at=clock.timestamp(), created_by=by.id)
    await SQL.add_grant(tx, **store.grant_row(given))
    await _tell(tx, by, "grant.given", f"registry:{code}", _described(given))
    return given


async def revoke(context: Context, *, by: Actor, code: str, grant_id: str) -> None:
    """Take a right back, `default` the one every registry starts with; repeats change nothing."""
    registry = await _managed(context, by, code)
    if grant_id == DEFAULT_GRANT_ID:
        await lifecycle.set_default_grant(context, by=by, code=code, granted=False)
        return
    async with context.database.transaction() as tx:
        if await SQL.revoke(tx, id=grant_id, registry_id=registry.id, now=clock.timestamp()):
            await _tell(tx, by, "grant.revoked", f"registry:{code}", {"grant": grant_id})
        tx.after_commit(lambda: forget(context))


async def delegate(context: Context, *, by: Actor, code: str, grant: Grant) -> Grant:
    """Let another person read what a registry holds about the one who calls, until a day; raises NotYourData."""
    registry = await design.latest(context, code=code)
    may = (await decision(context, by=by, registry=registry)).resting_on(frozenset())
    owner = person_of(by)
    fields = may.fields_of_own(grant.services, registry, owner)
    if by.kind != "person" or not grant.services <= UNCHANGING or not (fields is None or fields):
        raise NotYourData
    if not grant.subject.startswith("person:") or grant.subject in {PERSON_SELF, f"person:{by.id}"}:
        raise BadGrant("Name the person as person:<id>.", fields={"subject": "must be another person"})
    if not grant.valid_until:
        raise BadGrant("Say until when.", fields={"validUntil": "is missing"})
    _refuse(grant, registry)
    async with context.database.transaction() as tx:
        present = await store.grants(tx, registry.id)
        if sum(one.owner == owner for one in present) >= DELEGATIONS_MAX:
            raise BadGrant(f"A person delegates access to at most {DELEGATIONS_MAX} others.")
        plain = Grant(
            "", grant.subject, grant.services, registry.id, own_records=True, owner=owner,
            fields=None if fields is None else frozenset(map(pointer, fields)), legal_basis="delegated by the person",
            valid_until=grant.valid_until,
        )  # fmt: skip
        given = await _add(tx, by, plain, code)
        tx.after_commit(lambda: forget(context))
    return given


async def delegations(context: Context, *, by: Actor, code: str) -> tuple[Grant, ...]:
    """Return to whom the person who calls delegated access."""
    registry = await design.latest(context, code=code)
    if by.kind != "person":
        raise NotYourData
    async with context.database.reading(one_statement=True) as tx:
        return tuple(grant for grant in await store.grants(tx, registry.id) if grant.owner == person_of(by))


async def end_delegation(context: Context, *, by: Actor, code: str, grant_id: str) -> None:
    """Take back access that the person who calls delegated; repeats change nothing."""
    registry = await design.latest(context, code=code)
    if by.kind != "person":
        raise NotYourData
    async with context.database.transaction() as tx:
        ended = await SQL.revoke_delegation(
            tx, id=grant_id, registry_id=registry.id, owner=person_of(by), now=clock.timestamp()
        )
        if ended:
            await _tell(tx, by, "grant.revoked", f"registry:{code}", {"grant": grant_id})
        tx.after_commit(lambda: forget(context))


async def policies(context: Context, *, by: Actor) -> tuple[Policy, ...]:
    """Return all policies and templates; raises Forbidden."""
    if not may_see_definition(by):
        raise Forbidden
    async with context.database.reading() as tx:
        return await store.policies(tx)


async def put_policy(context: Context, *, by: Actor, policy: Policy) -> Policy:
    """Create a policy or template or replace it with all its grants; raises BadGrant and Forbidden."""
    _refuse_strangers(by)
    _refuse_policy(policy)
    async with context.database.transaction() as tx:
        await SQL.put_policy(
            tx, code=policy.code, title=policy.title, description=policy.description, automatic=policy.automatic,
            registries=policy.registries, domain=policy.domain, classification=policy.classification,
            changed_at=clock.timestamp(), changed_by=by.id,
        )  # fmt: skip
        await SQL.drop_policy_grants(tx, code=policy.code)
        stamp = {"policy": policy.code, "registry_id": 0, "created_at": clock.timestamp(), "created_by": by.id}
        kept = tuple(replace(one, id=ids.new_id(), **stamp) for one in policy.grants)  # type: ignore[arg-type]
        for one in kept:
            await SQL.add_grant(tx, **store.grant_row(one))
        detail = {"automatic": policy.automatic, "grants": [_described(one) for one in kept]}
        await _tell(tx, by, "policy.changed", f"policy:{policy.code}", detail)
        tx.after_commit(lambda: forget(context))
    return replace(policy, grants=kept)


async def delete_policy(context: Context, *, by: Actor, code: str) -> None:
    """Delete a policy with its own grants; what was copied from a template stays. Repeats change nothing."""
    _refuse_strangers(by)
    async with context.database.transaction() as tx:
        await SQL.forget_policy(tx, code=code)
        await SQL.drop_policy_grants(tx, code=code)
        if await SQL.drop_policy(tx, code=code):
            await _tell(tx, by, "policy.deleted", f"policy:{code}", {})
        tx.after_commit(lambda: forget(context))


async def apply_template(context: Context, *, by: Actor, code: str, policy_code: str) -> tuple[Grant, ...]:
    """Copy the grants of a template to a registry; grants that are there already are left as they are."""
    registry = await _managed(context, by, code)
    async with context.database.transaction() as tx:
        policy = next((one for one in await store.policies(tx) if one.code == policy_code), None)
        if policy is None:
            raise UnknownPolicy
        for grant in policy.grants:
            _refuse(grant, registry)
        given = [await _add(tx, by, replace(grant, registry_id=registry.id), code) for grant in policy.grants]
        tx.after_commit(lambda: forget(context))
    return tuple(given)


async def groups(context: Context, *, by: Actor) -> tuple[Group, ...]:
    """Return all groups with their members; raises Forbidden."""
    if not may_see_definition(by):
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        return await store.groups(tx)


async def system_names(context: Context, *, language: str) -> dict[str, str]:
    """Return what administrators call systems and offices: the names of groups whose one member is an application, by
    its address, or all applications of a member, by the member's; in a language where they have it."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.groups(tx)
    alone = {one.members[0]: one.called(language) for one in found if len(one.members) == 1}
    places = {
        subject.removeprefix(APPLICATION).removesuffix("/*"): name
        for subject, name in alone.items()
        if subject.startswith(APPLICATION)
    }
    return {place: name for place, name in places.items() if not set("*?") & set(place)}


async def put_group(context: Context, *, by: Actor, group: Group) -> Group:
    """Create a group or replace its name and members; raises BadRequest and Forbidden."""
    _refuse_strangers(by)
    if not CODE_PATTERN.fullmatch(group.code) or not 0 < len(group.name) <= TEXT_CHARACTERS_MAX:
        raise BadRequest("A group has a code of small letters, digits and -, and a name.")
    named = all(
        LANGUAGE_PATTERN.fullmatch(code) and 0 < len(name) <= TEXT_CHARACTERS_MAX for code, name in group.names.items()
    )
    if not named or len(group.names) > GROUP_LANGUAGES_MAX:
        raise BadRequest("Other names of a group stand under codes of languages such as fr, and are not empty.")
    members = tuple(dict.fromkeys(group.members))
    if len(members) > GROUP_MEMBERS_MAX:
        raise BadRequest(f"A group has at most {GROUP_MEMBERS_MAX} members.")
    for member in members:
        if not SUBJECT_PATTERN.fullmatch(member) or not member.startswith(("role:", "person:", "application:")):
            raise BadRequest(f"{member[:100]} is no member: write role:…, person:… or application:A/B/C/D.")
    async with context.database.transaction() as tx:
        await SQL.put_group(tx, code=group.code, name=group.name, names=msgspec.json.encode(dict(group.names)).decode())
        await SQL.clear_members(tx, code=group.code)
        await SQL.add_members(tx, [{"code": group.code, "member": member} for member in members])
        await _tell(tx, by, "group.changed", f"group:{group.code}", {"members": len(members)})
        tx.after_commit(lambda: forget(context))
    return replace(group, members=members)


async def delete_group(context: Context, *, by: Actor, code: str) -> None:
    """Delete a group; grants to it then mean nobody. Repeats change nothing."""
    _refuse_strangers(by)
    async with context.database.transaction() as tx:
        if await SQL.drop_group(tx, code=code):
            await _tell(tx, by, "group.deleted", f"group:{code}", {})
        tx.after_commit(lambda: forget(context))


def _refuse(grant: Grant, registry: Registry | None) -> None:
    """Refuse a grant that could not mean what it says; without a registry, one of a policy."""
    wrong: dict[str, str] = {}
    if not SUBJECT_PATTERN.fullmatch(grant.subject):
        wrong["subject"] = "is anyone, signed-in, role:<role>, group:<code>, person:<id> or application:A/B/C/D"
    if not grant.services:
        wrong["services"] = "name at least one service"
    if registry is not None:
        wrong |= _unfit(grant, registry)
    if grant.fields is not None and not 0 < len(grant.fields) <= GRANT_FIELDS_MAX:
        wrong["fields"] = f"are 1 to {GRANT_FIELDS_MAX}; leave them out to mean all"
    texts = (grant.purpose, grant.legal_basis, grant.consent_purpose)
    if any(len(text) > TEXT_CHARACTERS_MAX for text in texts):
        wrong["purpose"] = f"has more than {TEXT_CHARACTERS_MAX} characters"
    if grant.consent_purpose:
        wrong |= _without_consent(grant)
    if grant.valid_until and grant.valid_until <= max(grant.valid_from, ""):
        wrong["validUntil"] = "must be after validFrom"
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadGrant(f"{where}: {why}.", fields=wrong)


def _without_consent(grant: Grant) -> dict[str, str]:
    """Return why a right could not rest on consent: only services that ask for it before they show a record do."""
    fault = consent_fault(grant.consent_purpose)
    if not fault and not grant.services <= ASKING | {ServiceKind.SCHEMA}:
        fault = f"is for {', '.join(sorted(ASKING))} only: other services do not ask for consent"
    return {"consentPurpose": fault} if fault else {}


def _unfit(grant: Grant, registry: Registry) -> dict[str, str]:
    """Return where a grant speaks of what the registry does not have."""
    wrong: dict[str, str] = {}
    names = sorted((grant.fields or frozenset()) - {PERSONAL, NOT_PERSONAL})
    unknown = [name for name in names if registry.field(name) is None]
    if unknown:
        wrong["fields"] = f"{unknown[0]} is no field of the registry"
    if (grant.own_records or grant.subject == PERSON_SELF) and registry.person_path is None:
        wrong["ownRecords"] = "needs a field that identifies the person"
    if grant.consent_purpose and (registry.person_field is None or registry.person_field.secret):
        wrong["consentPurpose"] = "needs a field that identifies the person, and is not secret"
    try:
        check(grant.condition, kinds_of(registry.fields))
    except ConditionError as error:
        wrong["condition"] = str(error)
    return wrong


def _refuse_policy(policy: Policy) -> None:
    if not CODE_PATTERN.fullmatch(policy.code) or not 0 < len(policy.title) <= TEXT_CHARACTERS_MAX:
        raise BadGrant("A policy has a code of small letters, digits and -, and a title.")
    if not REGISTRIES_PATTERN.fullmatch(policy.registries):
        raise BadGrant("Name registries by their codes, with * for any letters.", fields={"registries": "is no code"})
    if policy.classification not in {"", *Classification}:
        raise BadGrant(fields={"classification": f"is one of {', '.join(Classification)}"})
    if not 0 < len(policy.grants) <= POLICY_GRANTS_MAX:
        raise BadGrant(f"A policy has 1 to {POLICY_GRANTS_MAX} grants.", fields={"grants": "are too many or none"})
    for grant in policy.grants:
        _refuse(grant, None)


def _refuse_strangers(by: Actor) -> None:
    if not may_manage(by):
        raise Forbidden


async def _managed(context: Context, by: Actor, code: str) -> Registry:
    registry = (await design.definition(context, by=by, key=code))[0]
    if not may_manage(by, registry.stewards):
        raise Forbidden
    return registry


async def _seen(context: Context, by: Actor, code: str) -> Registry:
    return (await design.definition(context, by=by, key=code))[0]


def _essence(grant: Grant) -> Grant:
    return replace(grant, id="", created_at="", created_by="", policy="")


def _described(grant: Grant) -> dict[str, object]:
    row = store.grant_row(grant)
    return {key: value for key, value in row.items() if value not in {None, "", False}}


async def _tell(tx: Transaction, by: Actor, act: str, subject: str, detail: dict[str, object]) -> None:
    await audit.record(tx, by=by, action=f"registries.{act}", subject=subject, detail=detail)
