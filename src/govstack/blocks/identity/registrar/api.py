"""Operations about people: look up, read, change on evidence, block, end, and manage identifiers."""

from __future__ import annotations

from govstack.blocks.identity.identifiers.errors import (
    AliasTaken,
    TooManyIdentifiers,
    UnknownIdentifier,
    WrongAlias,
)
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import ChangedMeanwhile, Ended, UnknownPerson, WrongAttribute
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.registrar import service
from govstack.blocks.identity.registrar.schemas import (
    CHANGE_BODY_BYTES_MAX,
    AliasBody,
    ChangeAnswer,
    ChangeBody,
    ChangesPage,
    FindBody,
    IdentifierAnswer,
    IdentifiersAnswer,
    ListedPerson,
    PartQuery,
    PeoplePage,
    PersonAnswer,
    ReasonBody,
    RolesAnswer,
    RolesBody,
    VidBody,
)
from govstack.blocks.identity.roles import service as roles
from govstack.blocks.identity.roles.errors import OwnRoles, UnknownRole
from govstack.kernel import pagination
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("people",))
OFFICER, ADMINISTRATOR = needs(people.ENROL), needs(people.ADMINISTER)
HERE = "/api/v1/identities"
ONE = f"{HERE}/{{subject}}"
LIST, HISTORY = "identities", "identity-changes"


@routes.get(HERE, access=ADMINISTRATOR, query=PartQuery, answer=PeoplePage, operation_id="identityList")
async def list_people(call: Call) -> PeoplePage:
    """List how identities stand, the oldest first, without what is known of people."""
    keys, size = call.context.keys, pagination.page_size(call.query.page_size)
    token = call.query.page_token
    after = tuple(pagination.position(keys, LIST, token)) if token else ("", "")
    found = await people.people(call.context, after=(str(after[0]), str(after[1])), limit=size + 1)
    last = found[size - 1] if len(found) > size else None
    following = pagination.token(keys, LIST, [last.registered_at, last.id]) if last else ""
    return PeoplePage([ListedPerson.of(person) for person in found[:size]], following)


@routes.post(
    f"{HERE}/find", access=OFFICER, body=FindBody, answer=ListedPerson, errors=(UnknownPerson,),
    operation_id="identityFind",
)  # fmt: skip
async def find_person(call: Call, body: FindBody) -> ListedPerson:
    """Return whom an identifier leads to; who looked and on which ground is on record."""
    found = await service.find(call.context, by=call.actor, identifier=body.identifier, ground=body.ground)
    return ListedPerson.of(found)


@routes.get(ONE, access=OFFICER, answer=PersonAnswer, errors=(UnknownPerson,), operation_id="identityRead")
async def read_person(call: Call) -> PersonAnswer:
    """Return what is known of a person; who reads is on record."""
    return PersonAnswer.of(await service.read(call.context, by=call.actor, subject=call.path["subject"]))


@routes.patch(
    ONE, access=OFFICER, body=ChangeBody, answer=PersonAnswer, body_bytes_max=CHANGE_BODY_BYTES_MAX,
    errors=(UnknownPerson, WrongAttribute, ChangedMeanwhile, Ended), operation_id="identityChange",
)  # fmt: skip
async def change_person(call: Call, body: ChangeBody) -> PersonAnswer:
    """Change what is known of a person, on evidence."""
    person = await service.known(call.context, subject=call.path["subject"])
    changed = await people.change(
        call.context, by=call.actor, person_id=person.id, expected_version=body.version,
        attributes=tuple(one.attribute() for one in body.attributes),
        evidence=tuple(one.evidence() for one in body.evidence),
    )  # fmt: skip
    return PersonAnswer.of(changed)


@routes.post(
    f"{ONE}/block", access=ADMINISTRATOR, body=ReasonBody, answer=ListedPerson, errors=(UnknownPerson, Ended),
    operation_id="personBlock",
)  # fmt: skip
async def block_person(call: Call, body: ReasonBody) -> ListedPerson:
    """Let nothing of a person work, for good or until a moment."""
    person = await service.known(call.context, subject=call.path["subject"])
    return ListedPerson.of(
        await people.block(call.context, by=call.actor, person_id=person.id, reason=body.reason, until=body.until)
    )


@routes.post(
    f"{ONE}/unblock", access=ADMINISTRATOR, body=ReasonBody, answer=ListedPerson, errors=(UnknownPerson, Ended),
    operation_id="personUnblock",
)  # fmt: skip
async def unblock_person(call: Call, body: ReasonBody) -> ListedPerson:
    """Let a blocked person act again."""
    person = await service.known(call.context, subject=call.path["subject"])
    return ListedPerson.of(await people.unblock(call.context, by=call.actor, person_id=person.id, reason=body.reason))


@routes.post(
    f"{ONE}/deactivate", access=ADMINISTRATOR, body=ReasonBody, answer=ListedPerson, errors=(UnknownPerson,),
    operation_id="personDeactivate",
)  # fmt: skip
async def deactivate_person(call: Call, body: ReasonBody) -> ListedPerson:
    """End an identity for ever, as after a death."""
    person = await service.known(call.context, subject=call.path["subject"])
    return ListedPerson.of(
        await people.deactivate(call.context, by=call.actor, person_id=person.id, reason=body.reason)
    )


@routes.get(
    f"{ONE}/changes", access=ADMINISTRATOR, query=PartQuery, answer=ChangesPage, errors=(UnknownPerson,),
    operation_id="identityChanges",
)  # fmt: skip
async def changes_of_person(call: Call) -> ChangesPage:
    """Return the history of an identity, the newest change first; who reads is on record."""
    keys, size = call.context.keys, pagination.page_size(call.query.page_size, default=50, most=200)
    person = await service.read(call.context, by=call.actor, subject=call.path["subject"])
    place = f"{HISTORY}/{person.id}"
    before = int(pagination.position(keys, place, call.query.page_token)) if call.query.page_token else 0
    found = await people.history(call.context, person_id=person.id, before=before, limit=size + 1)
    following = pagination.token(keys, place, found[size - 1].number) if len(found) > size else ""
    return ChangesPage([ChangeAnswer.of(one) for one in found[:size]], following)


@routes.get(
    f"{ONE}/identifiers", access=OFFICER, answer=IdentifiersAnswer, errors=(UnknownPerson,),
    operation_id="identifierList",
)  # fmt: skip
async def identifiers_of_person(call: Call) -> IdentifiersAnswer:
    """Return the virtual identifiers and aliases of a person, with their ends alone; who reads is on record."""
    person = await service.read(call.context, by=call.actor, subject=call.path["subject"])
    found = await people.identifiers(call.context, person_id=person.id)
    return IdentifiersAnswer([IdentifierAnswer.of(one) for one in found])


@routes.post(
    f"{ONE}/vids", access=OFFICER, body=VidBody, answer=IdentifierAnswer, status=201,
    errors=(UnknownPerson, Ended, TooManyIdentifiers), operation_id="vidMake",
)  # fmt: skip
async def make_vid(call: Call, body: VidBody) -> IdentifierAnswer:
    """Make a virtual identifier; this answer alone shows it whole."""
    person = await service.known(call.context, subject=call.path["subject"])
    made = await people.new_vid(
        call.context, by=call.actor, person_id=person.id, kind=body.kind, expires_at=body.expires_at
    )
    return IdentifierAnswer.of(made, whole=True)


@routes.delete(
    f"{ONE}/vids/{{vidId}}", access=OFFICER, answer=IdentifierAnswer,
    errors=(UnknownPerson, UnknownIdentifier, Ended), operation_id="vidRevoke",
)  # fmt: skip
async def revoke_vid(call: Call) -> IdentifierAnswer:
    """Let nothing accept a virtual identifier any more."""
    person = await service.known(call.context, subject=call.path["subject"])
    return IdentifierAnswer.of(
        await people.revoke_vid(call.context, by=call.actor, person_id=person.id, vid_id=call.path["vidId"])
    )


@routes.post(
    f"{ONE}/aliases", access=OFFICER, body=AliasBody, answer=IdentifierAnswer, status=201,
    errors=(UnknownPerson, WrongAlias, AliasTaken, Ended, TooManyIdentifiers), operation_id="aliasAttach",
)  # fmt: skip
async def attach_alias(call: Call, body: AliasBody) -> IdentifierAnswer:
    """Let a telephone, a document or the like lead to a person."""
    person = await service.known(call.context, subject=call.path["subject"])
    made = await people.attach_alias(call.context, by=call.actor, person_id=person.id, kind=body.kind, value=body.value)
    return IdentifierAnswer.of(made)


@routes.delete(
    f"{ONE}/aliases/{{aliasId}}", access=OFFICER, answer=IdentifierAnswer,
    errors=(UnknownPerson, UnknownIdentifier, Ended), operation_id="aliasDetach",
)  # fmt: skip
async def detach_alias(call: Call) -> IdentifierAnswer:
    """Let an alias lead nowhere any more."""
    person = await service.known(call.context, subject=call.path["subject"])
    return IdentifierAnswer.of(
        await people.detach_alias(call.context, by=call.actor, person_id=person.id, alias_id=call.path["aliasId"])
    )


@routes.get(ONE, access=ADMINISTRATOR, answer=RolesAnswer, errors=(UnknownPerson,), operation_id="rolesRead")
async def read_roles(call: Call) -> RolesAnswer:
    """Return what somebody has and may do; who reads is on record."""
    return _roles(call, await service.read(call.context, by=call.actor, subject=call.path["subject"]))


@routes.put(
    f"{ONE}/roles", access=ADMINISTRATOR, body=RolesBody, answer=RolesAnswer,
    errors=(UnknownPerson, UnknownRole, OwnRoles, Ended), operation_id="rolesPut",
)  # fmt: skip
async def put_roles(call: Call, body: RolesBody) -> RolesAnswer:
    """Let somebody have exactly these roles; the same again changes nothing."""
    person = await service.known(call.context, subject=call.path["subject"])
    given = await roles.give(
        call.context, by=call.actor, person=person, wanted=body.roles, kept=body.scopes, reason=body.reason
    )
    return _roles(call, given)


def _roles(call: Call, person: Person) -> RolesAnswer:
    held = roles.scopes_of(call.context, person)
    return RolesAnswer(person.roles.split(), person.scopes.split(), held.split())
