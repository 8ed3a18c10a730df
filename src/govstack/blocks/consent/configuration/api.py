"""The published operations on policies and agreements: /config/ for organisations, /service/ for all who sign in."""

from __future__ import annotations

from govstack.blocks.consent.agreements import schemas as shapes
from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.errors import Terminated
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import PartQuery, RevisionQuery, revision
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.policies import schemas, service
from govstack.blocks.consent.policies.errors import PolicyInUse
from govstack.kernel.routing import Call, Routes, needs, signed_in

routes = Routes(tags=("Configuration",))
ORGANISATION = needs("consent:configure")
ADMINISTRATOR = needs("consent:administer")


def _policy(known: service.Known) -> schemas.PolicyAnswer:
    return schemas.PolicyAnswer(known.policy, revision(known.revision, known.successor))


def _agreement(known: agreements.Known) -> shapes.DataAgreementAnswer:
    return shapes.DataAgreementAnswer(known.agreement, revision(known.revision))


@routes.post(
    "/config/policy/", access=ORGANISATION, body=schemas.PolicyRequest, answer=schemas.PolicyAnswer,
    operation_id="configPolicyCreate",
)  # fmt: skip
async def create_policy(call: Call, body: schemas.PolicyRequest) -> schemas.PolicyAnswer:
    """Write a policy."""
    return _policy(await service.create(call.context, by=call.actor, policy=body.policy.policy()))


@routes.get(
    "/config/policy/{policyId}/", access=ORGANISATION, query=RevisionQuery, answer=schemas.PolicyAnswer,
    operation_id="configPolicyRead", errors=(Unknown,),
)  # fmt: skip
async def read_policy(call: Call) -> schemas.PolicyAnswer:
    """Read a policy, as it is or as a revision has it."""
    return await _read_policy(call)


@routes.get(
    "/service/policy/{policyId}/", access=signed_in(), query=RevisionQuery, answer=schemas.PolicyAnswer,
    operation_id="servicePolicyRead", errors=(Unknown,),
)  # fmt: skip
async def show_policy(call: Call) -> schemas.PolicyAnswer:
    """Read the policy that an agreement stands under."""
    return await _read_policy(call)


async def _read_policy(call: Call) -> schemas.PolicyAnswer:
    known = await service.read(call.context, policy_id=call.path["policyId"], revision_id=call.query.revision_id)
    return _policy(known)


@routes.put(
    "/config/policy/{policyId}/", access=ORGANISATION, body=schemas.PolicyRequest, answer=schemas.PolicyAnswer,
    operation_id="configPolicyUpdate", errors=(Unknown,),
)  # fmt: skip
async def change_policy(call: Call, body: schemas.PolicyRequest) -> schemas.PolicyAnswer:
    """Write the next version of a policy."""
    policy = body.policy.policy()
    return _policy(await service.change(call.context, by=call.actor, policy_id=call.path["policyId"], policy=policy))


@routes.delete(
    "/config/policy/{policyId}/", access=ORGANISATION, answer=schemas.RevisionAnswer,
    operation_id="configPolicyDelete", errors=(Unknown, PolicyInUse),
)  # fmt: skip
async def delete_policy(call: Call) -> schemas.RevisionAnswer:
    """Take a policy out of use; refused while an active agreement stands under it."""
    last = await agreements.delete_policy(call.context, by=call.actor, policy_id=call.path["policyId"])
    return schemas.RevisionAnswer(revision(last))


@routes.get(
    "/config/policy/{policyId}/revisions/", access=ORGANISATION, query=PartQuery, answer=schemas.PolicyHistory,
    operation_id="configPolicyRevisionsList", errors=(Unknown,),
)  # fmt: skip
async def policy_revisions(call: Call) -> schemas.PolicyHistory:
    """Read a policy with its revisions."""
    wanted = part(call.query.offset, call.query.limit)
    known, chain = await service.history(call.context, policy_id=call.path["policyId"], part=wanted)
    return schemas.PolicyHistory(known.policy, [revision(one) for one in chain])


@routes.get(
    "/config/policies/", access=ADMINISTRATOR, query=schemas.PoliciesQuery, answer=schemas.PolicyList,
    operation_id="configPolicyList", errors=(Unknown,),
)  # fmt: skip
async def list_policies(call: Call) -> schemas.PolicyList:
    """List the policies in use."""
    wanted = part(call.query.offset, call.query.limit)
    return schemas.PolicyList(await service.listed(call.context, part=wanted, revision_id=call.query.revision_id))


@routes.post(
    "/config/data-agreement/", access=ORGANISATION, body=shapes.DataAgreementRequest,
    answer=shapes.DataAgreementAnswer, operation_id="configDataAgreementCreate", errors=(Unknown,),
)  # fmt: skip
async def create_agreement(call: Call, body: shapes.DataAgreementRequest) -> shapes.DataAgreementAnswer:
    """Write an agreement under a policy."""
    draft = shapes.draft(body.data_agreement)
    return _agreement(await agreements.create(call.context, by=call.actor, draft=draft))


@routes.get(
    "/config/data-agreement/{dataAgreementId}/", access=ORGANISATION, answer=shapes.DataAgreementAnswer,
    operation_id="configDataAgreementRead", errors=(Unknown,),
)  # fmt: skip
async def read_agreement(call: Call) -> shapes.DataAgreementAnswer:
    """Read an agreement."""
    return await _read_agreement(call)


@routes.get(
    "/service/data-agreement/{dataAgreementId}/", access=signed_in(), answer=shapes.DataAgreementAnswer,
    operation_id="serviceDataAgreementRead", errors=(Unknown,),
)  # fmt: skip
async def show_agreement(call: Call) -> shapes.DataAgreementAnswer:
    """Read the agreement that somebody is asked to agree to."""
    return await _read_agreement(call)


async def _read_agreement(call: Call) -> shapes.DataAgreementAnswer:
    return _agreement(await agreements.read(call.context, agreement_id=call.path["dataAgreementId"]))


@routes.put(
    "/config/data-agreement/{dataAgreementId}/", access=ORGANISATION, body=shapes.DataAgreementRequest,
    answer=shapes.DataAgreementAnswer, operation_id="configDataAgreementUpdate", errors=(Unknown, Terminated),
)  # fmt: skip
async def change_agreement(call: Call, body: shapes.DataAgreementRequest) -> shapes.DataAgreementAnswer:
    """Write the next version of an agreement."""
    draft, agreement_id = shapes.draft(body.data_agreement), call.path["dataAgreementId"]
    return _agreement(await agreements.change(call.context, by=call.actor, agreement_id=agreement_id, draft=draft))


@routes.delete(
    "/config/data-agreement/{dataAgreementId}/", access=ORGANISATION, answer=schemas.RevisionAnswer,
    operation_id="configDataAgreementDelete", errors=(Unknown,),
)  # fmt: skip
async def terminate_agreement(call: Call) -> schemas.RevisionAnswer:
    """Terminate an agreement; what was agreed to stays on record."""
    last = await agreements.terminate(call.context, by=call.actor, agreement_id=call.path["dataAgreementId"])
    return schemas.RevisionAnswer(revision(last))


@routes.get(
    "/config/data-agreements/", access=ORGANISATION, query=PartQuery, answer=shapes.DataAgreementList,
    operation_id="configDataAgreementList",
)  # fmt: skip
async def list_agreements(call: Call) -> shapes.DataAgreementList:
    """List the agreements that were not terminated."""
    found = await agreements.listed(call.context, part=part(call.query.offset, call.query.limit))
    return shapes.DataAgreementList(found, found)
