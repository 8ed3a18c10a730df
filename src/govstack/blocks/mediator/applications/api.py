"""Applications over HTTP: register, read, change, decide, prove (I3, I7)."""

from __future__ import annotations

from typing import TypedDict

from govstack.blocks.mediator.applications import service
from govstack.blocks.mediator.applications.errors import (
    CertificateTaken,
    MalformedFingerprint,
    MalformedIdentifier,
    MemberNotConnected,
    NotPossible,
    ReasonMissing,
)
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.applications.schemas import (
    ApplicationAnswer,
    ApplicationList,
    ChangeApplication,
    RegisterApplication,
)
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember
from govstack.blocks.mediator.directory.schemas import Reason, StateQuery
from govstack.kernel.routing import Call, Routes, by_policy, public

routes = Routes(tags=("applications",))
APPLICATIONS = "/api/v1/members/{memberClass}/{memberCode}/applications"
APPLICATION = APPLICATIONS + "/{applicationCode}"
REGISTRARS = by_policy("administrators who register")
OWN_REGISTRARS = by_policy("the member's administrators")
OWN = by_policy("the application's administrators")


class Named(TypedDict):
    """The parts of an address that name an application of this instance."""

    member_class: str
    member_code: str
    code: str


@routes.post(
    APPLICATIONS,
    access=OWN_REGISTRARS,
    body=RegisterApplication,
    answer=ApplicationAnswer,
    status=201,
    errors=(UnknownMember, MalformedIdentifier, MemberNotConnected),
    operation_id="registerApplication",
    summary="Apply for an application of a member",
)
async def register_application(call: Call, body: RegisterApplication) -> ApplicationAnswer:
    """The member's administrators apply, the ecosystem's accept."""
    found = await service.apply_application(
        call.context,
        by=call.actor,
        member_class=call.path["memberClass"],
        member_code=call.path["memberCode"],
        code=body.application_code,
        name=body.name or "",
        connection=body.connection,
    )
    return ApplicationAnswer.of(found)


@routes.get(
    APPLICATIONS,
    access=public(),
    query=StateQuery,
    answer=ApplicationList,
    errors=(UnknownMember,),
    operation_id="listApplications",
    summary="List the applications of a member",
)
async def list_applications(call: Call) -> ApplicationList:
    """Everybody sees what is connected; the rest is for administrators."""
    page = await service.applications(
        call.context,
        by=call.actor,
        member_class=call.path["memberClass"],
        member_code=call.path["memberCode"],
        state=call.query.state,
        page_size=call.query.page_size,
        page_token=call.query.next_page_token,
    )
    return ApplicationList([ApplicationAnswer.of(one) for one in page.applications], page.next_page_token)


@routes.get(
    APPLICATION,
    access=public(),
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication),
    operation_id="readApplication",
    summary="Read an application",
)
async def read_application(call: Call) -> ApplicationAnswer:
    """Everybody may read a connected application."""
    return ApplicationAnswer.of_card(await service.application(call.context, by=call.actor, **_named(call)))


@routes.patch(
    APPLICATION,
    access=OWN,
    body=ChangeApplication,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication),
    operation_id="changeApplication",
    summary="Change an application's details",
)
async def change_application(call: Call, body: ChangeApplication) -> ApplicationAnswer:
    """The application's own administrators keep its details."""
    found = await service.change_application(
        call.context, by=call.actor, **_named(call), name=body.name, connection=body.connection
    )
    return ApplicationAnswer.of(found)


@routes.post(
    APPLICATION + "/accept",
    access=REGISTRARS,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, NotPossible, MemberNotConnected),
    operation_id="acceptApplication",
    summary="Accept an application after verifying it",
)
async def accept_application(call: Call) -> ApplicationAnswer:
    """From now on it may call and be called, as far as rights allow."""
    return await _decide(call, Decision.ACCEPT)


@routes.post(
    APPLICATION + "/reject",
    access=REGISTRARS,
    body=Reason,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, NotPossible, ReasonMissing),
    operation_id="rejectApplication",
    summary="Reject an application, with the reason",
)
async def reject_application(call: Call, body: Reason) -> ApplicationAnswer:
    """The member reads the reason and may apply again."""
    return await _decide(call, Decision.REJECT, body.reason)


@routes.post(
    APPLICATION + "/suspend",
    access=REGISTRARS,
    body=Reason,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, NotPossible, ReasonMissing),
    operation_id="suspendApplication",
    summary="Stop all traffic of an application for now, with the reason",
)
async def suspend_application(call: Call, body: Reason) -> ApplicationAnswer:
    """Its services and rights stay registered and rest."""
    return await _decide(call, Decision.SUSPEND, body.reason)


@routes.post(
    APPLICATION + "/reinstate",
    access=REGISTRARS,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, NotPossible),
    operation_id="reinstateApplication",
    summary="Let a suspended application take part again",
)
async def reinstate_application(call: Call) -> ApplicationAnswer:
    """Everything it had registered works again."""
    return await _decide(call, Decision.REINSTATE)


@routes.delete(
    APPLICATION,
    access=OWN_REGISTRARS,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, NotPossible),
    operation_id="removeApplication",
    summary="Take an application out with its services, rights and certificates",
)
async def remove_application(call: Call) -> ApplicationAnswer:
    """Its entry stays as removed, so that old messages can still be read."""
    return await _decide(call, Decision.REMOVE)


@routes.put(
    APPLICATION + "/certificates/{fingerprint}",
    access=OWN,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, MalformedFingerprint, CertificateTaken),
    operation_id="addCertificate",
    summary="Let a client certificate prove the application",
)
async def add_certificate(call: Call) -> ApplicationAnswer:
    """Several may stand side by side while they are being renewed."""
    card = await service.add_certificate(
        call.context, by=call.actor, **_named(call), fingerprint=call.path["fingerprint"]
    )
    return ApplicationAnswer.of_card(card)


@routes.delete(
    APPLICATION + "/certificates/{fingerprint}",
    access=OWN,
    answer=ApplicationAnswer,
    errors=(UnknownMember, UnknownApplication, MalformedFingerprint),
    operation_id="removeCertificate",
    summary="Let a client certificate prove nothing any more",
)
async def remove_certificate(call: Call) -> ApplicationAnswer:
    """Removing it twice is a success."""
    card = await service.remove_certificate(
        call.context, by=call.actor, **_named(call), fingerprint=call.path["fingerprint"]
    )
    return ApplicationAnswer.of_card(card)


async def _decide(call: Call, decision: Decision, reason: str = "") -> ApplicationAnswer:
    found = await service.decide_application(
        call.context, by=call.actor, **_named(call), decision=decision, reason=reason
    )
    return ApplicationAnswer.of(found)


def _named(call: Call) -> Named:
    path = call.path
    return Named(member_class=path["memberClass"], member_code=path["memberCode"], code=path["applicationCode"])
