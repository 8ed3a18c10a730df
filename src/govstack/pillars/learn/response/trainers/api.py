"""The operations on trainers."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.people.errors import UnknownPerson
from govstack.pillars.learn.response.offerings.errors import UnknownOffering, UnknownSession
from govstack.pillars.learn.response.trainers import schemas, service
from govstack.pillars.learn.response.trainers.errors import (
    BadCertification,
    CertifiedAlready,
    NotCertified,
    OwnCertification,
    UnknownCertification,
)
from govstack.pillars.learn.response.trainers.model import Certification, CertificationGiven

routes = Routes(tags=("Trainers",))


@routes.post(
    "/certifications", access=needs(PLAN), body=CertificationGiven, answer=Certification, status=201,
    operation_id="certifyTrainer",
    errors=(BadCertification, OwnCertification, CertifiedAlready, NotCertified, UnknownOffering, UnknownPerson),
)  # fmt: skip
async def certify(call: Call, body: CertificationGiven) -> Answer:
    """Enter that somebody may teach a course, by whose word and until when."""
    return Answer(await service.certify(call.context, by=call.actor, given=body), status=201)


@routes.get(
    "/certifications", access=needs(PLAN), query=schemas.CertificationQuery, answer=schemas.CertificationList,
    operation_id="listCertifications",
)  # fmt: skip
async def list_certifications(call: Call) -> schemas.CertificationList:
    """List who may teach what."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    return schemas.CertificationList(found, found[-1].id if len(found) == call.query.limit else "")


@routes.get(
    "/certifications/{certificationId}/chain", access=needs(PLAN), answer=schemas.CertificationList,
    operation_id="readTrainerChain", errors=(UnknownCertification,),
)  # fmt: skip
async def read_chain(call: Call) -> schemas.CertificationList:
    """Read who certified whom, from a trainer up to the first."""
    found = await service.chain_of(call.context, certification_id=call.path["certificationId"])
    return schemas.CertificationList(found)


@routes.delete(
    "/certifications/{certificationId}", access=needs(PLAN), answer=Certification, operation_id="endCertification",
    errors=(UnknownCertification,),
)  # fmt: skip
async def end_certification(call: Call) -> Certification:
    """End a certification now; that it was stays on record."""
    return await service.finish(call.context, by=call.actor, certification_id=call.path["certificationId"])


@routes.put(
    "/sessions/{runId}/trainers/{learnerId}", access=needs(PLAN), operation_id="assignTrainer", status=204,
    errors=(UnknownSession, NotCertified),
)  # fmt: skip
async def assign(call: Call) -> Answer:
    """Let a trainer teach a session; their certification must hold through all its days."""
    await service.assign(call.context, by=call.actor, session_id=call.path["runId"], person_id=call.path["learnerId"])
    return Answer(status=204)


@routes.delete(
    "/sessions/{runId}/trainers/{learnerId}", access=needs(PLAN), operation_id="releaseTrainer", status=204,
    errors=(UnknownSession,),
)  # fmt: skip
async def release(call: Call) -> Answer:
    """Let a trainer teach a session no more."""
    await service.release(call.context, by=call.actor, session_id=call.path["runId"], person_id=call.path["learnerId"])
    return Answer(status=204)
