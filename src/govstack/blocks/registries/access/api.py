"""Management of rights: grants, policies and templates, groups, and what a person delegates (DRS-6)."""

from __future__ import annotations

from govstack.blocks.registries.access import schemas, service
from govstack.blocks.registries.access.errors import BadGrant, NotYourData, UnknownPolicy
from govstack.blocks.registries.access.model import Group
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.kernel.routing import Call, Routes, by_policy, signed_in

routes = Routes(tags=("rights",))


@routes.get(
    "/registries/{code}/grants", access=signed_in(), answer=schemas.GrantList, operation_id="listGrants",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def list_grants(call: Call) -> schemas.GrantList:
    """List the rights on a registry, with its default and what policies add."""
    found = await service.grants(call.context, by=call.actor, code=call.path["code"])
    return schemas.GrantList([schemas.shape(one) for one in found])


@routes.post(
    "/registries/{code}/grants", access=signed_in(), body=schemas.GrantRequest, answer=schemas.GrantShape, status=201,
    operation_id="giveGrant", errors=(UnknownRegistry, BadGrant),
)  # fmt: skip
async def give_grant(call: Call, body: schemas.GrantRequest) -> schemas.GrantShape:
    """Give a right; giving the same again changes nothing."""
    given = await service.give(call.context, by=call.actor, code=call.path["code"], grant=schemas.grant(body))
    return schemas.shape(given)


@routes.put(
    "/registries/{code}/grants/default", access=signed_in(), status=204, operation_id="restoreDefaultGrant",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def restore_default(call: Call) -> None:
    """Let whoever is signed in read again."""
    await service.restore_default(call.context, by=call.actor, code=call.path["code"])


@routes.delete(
    "/registries/{code}/grants/{grant}", access=signed_in(), status=204, operation_id="revokeGrant",
    errors=(UnknownRegistry,),
)  # fmt: skip
async def revoke_grant(call: Call) -> None:
    """Take a right back; `default` names the one every registry starts with."""
    await service.revoke(call.context, by=call.actor, code=call.path["code"], grant_id=call.path["grant"])


@routes.post(
    "/registries/{code}/policies/{policy}", access=signed_in(), answer=schemas.GrantList, operation_id="applyTemplate",
    errors=(UnknownRegistry, UnknownPolicy, BadGrant),
)  # fmt: skip
async def apply_template(call: Call) -> schemas.GrantList:
    """Copy the rights of a template to a registry."""
    given = await service.apply_template(
        call.context, by=call.actor, code=call.path["code"], policy_code=call.path["policy"]
    )
    return schemas.GrantList([schemas.shape(one) for one in given])


@routes.get("/policies", access=signed_in(), answer=schemas.PolicyList, operation_id="listPolicies")
async def list_policies(call: Call) -> schemas.PolicyList:
    """List policies and templates."""
    return schemas.PolicyList(
        [schemas.policy_shape(one) for one in await service.policies(call.context, by=call.actor)]
    )


@routes.put(
    "/policies/{policy}", access=signed_in(), body=schemas.PolicyRequest, answer=schemas.PolicyShape,
    operation_id="putPolicy", errors=(BadGrant,),
)  # fmt: skip
async def put_policy(call: Call, body: schemas.PolicyRequest) -> schemas.PolicyShape:
    """Create a policy or template, or replace it."""
    wanted = schemas.policy(call.path["policy"], body)
    return schemas.policy_shape(await service.put_policy(call.context, by=call.actor, policy=wanted))


@routes.delete("/policies/{policy}", access=signed_in(), status=204, operation_id="deletePolicy")
async def delete_policy(call: Call) -> None:
    """Delete a policy; rights copied from a template stay."""
    await service.delete_policy(call.context, by=call.actor, code=call.path["policy"])


@routes.get("/groups", access=signed_in(), answer=schemas.GroupList, operation_id="listGroups")
async def list_groups(call: Call) -> schemas.GroupList:
    """List the groups that rights can be given to."""
    return schemas.GroupList([schemas.group_shape(one) for one in await service.groups(call.context, by=call.actor)])


@routes.put(
    "/groups/{group}", access=signed_in(), body=schemas.GroupRequest, answer=schemas.GroupShape,
    operation_id="putGroup",
)  # fmt: skip
async def put_group(call: Call, body: schemas.GroupRequest) -> schemas.GroupShape:
    """Create a group, or replace its names and members."""
    wanted = Group(call.path["group"], body.name, tuple(body.members), body.names)
    return schemas.group_shape(await service.put_group(call.context, by=call.actor, group=wanted))


@routes.delete("/groups/{group}", access=signed_in(), status=204, operation_id="deleteGroup")
async def delete_group(call: Call) -> None:
    """Delete a group; rights given to it then mean nobody."""
    await service.delete_group(call.context, by=call.actor, code=call.path["group"])


@routes.get(
    "/registries/{code}/rights", access=by_policy("tells anybody what they may do"), answer=schemas.RightsAnswer,
    operation_id="readRights", errors=(UnknownRegistry,),
)  # fmt: skip
async def read_rights(call: Call) -> schemas.RightsAnswer:
    """Tell the caller what they may do with the newest version of a registry."""
    registry = await design.latest(call.context, code=call.path["code"])
    return schemas.rights(await service.decision(call.context, by=call.actor, registry=registry))


@routes.get(
    "/registries/{code}/delegations", access=signed_in(), answer=schemas.GrantList, operation_id="listDelegations",
    errors=(UnknownRegistry, NotYourData),
)  # fmt: skip
async def list_delegations(call: Call) -> schemas.GrantList:
    """List to whom the caller delegated access to their own records."""
    found = await service.delegations(call.context, by=call.actor, code=call.path["code"])
    return schemas.GrantList([schemas.shape(one) for one in found])


@routes.post(
    "/registries/{code}/delegations", access=signed_in(), body=schemas.GrantRequest, answer=schemas.GrantShape,
    status=201, operation_id="delegateAccess", errors=(UnknownRegistry, NotYourData, BadGrant),
)  # fmt: skip
async def delegate_access(call: Call, body: schemas.GrantRequest) -> schemas.GrantShape:
    """Let another person read the caller's own records until a day."""
    given = await service.delegate(call.context, by=call.actor, code=call.path["code"], grant=schemas.grant(body))
    return schemas.shape(given)


@routes.delete(
    "/registries/{code}/delegations/{grant}", access=signed_in(), status=204, operation_id="endDelegation",
    errors=(UnknownRegistry, NotYourData),
)  # fmt: skip
async def end_delegation(call: Call) -> None:
    """Take back access that the caller delegated."""
    await service.end_delegation(call.context, by=call.actor, code=call.path["code"], grant_id=call.path["grant"])
