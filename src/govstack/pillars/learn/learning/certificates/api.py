"""The operations on certificates: from elsewhere, and of badges as PDF."""

from __future__ import annotations

import asyncio

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.errors import NotIssued, OwnBadge, UnknownBadge
from govstack.pillars.learn.learning.certificates import presenters, schemas, service
from govstack.pillars.learn.learning.certificates.errors import (
    AlreadyReviewed,
    EndsBeforeItBegins,
    NoProof,
    NotACopy,
    NotAReviewer,
    TooMany,
    UnknownCertificate,
)

routes = Routes(tags=("Certificates",))
REVIEWERS = by_policy("experts and the training unit")
CONCERNED = by_policy("the person concerned, experts, and the training unit")
BODY_BYTES_MAX = schemas.COPY_CHARACTERS_MAX + 20_000
PDF = "application/pdf"


@routes.post(
    "/me/certificates", access=signed_in(), body=schemas.CertificateGiven, answer=schemas.CertificateShown,
    operation_id="declareCertificate", status=201, errors=(NoProof, NotACopy, EndsBeforeItBegins, TooMany),
    body_bytes_max=BODY_BYTES_MAX,
)  # fmt: skip
async def declare(call: Call, body: schemas.CertificateGiven) -> schemas.CertificateShown:
    """Record a certificate of one's own from elsewhere."""
    return schemas.shown(await service.declare(call.context, by=call.actor, stated=body.stated(), copy=body.copy))


@routes.get("/me/certificates", access=signed_in(), answer=schemas.CertificateList, operation_id="listMyCertificates")
async def list_mine(call: Call) -> schemas.CertificateList:
    """List the certificates of whoever signed in."""
    return schemas.CertificateList([schemas.shown(one) for one in await service.mine(call.context, by=call.actor)])


@routes.get(
    "/certificates/waiting", access=REVIEWERS, query=schemas.WaitingQuery, answer=schemas.CertificateList,
    operation_id="listWaitingCertificates", errors=(NotAReviewer,),
)  # fmt: skip
async def list_waiting(call: Call) -> schemas.CertificateList:
    """List certificates that nobody has reviewed, the oldest first."""
    asked = call.query
    found = await service.waiting(call.context, by=call.actor, after=asked.after, limit=asked.limit)
    more = found[-1][0].id if len(found) == asked.limit else ""
    return schemas.CertificateList([schemas.shown(one) for one, _ in found], more)


@routes.get(
    "/certificates/{certificateId}", access=CONCERNED, answer=schemas.CertificateShown, operation_id="readCertificate",
    errors=(UnknownCertificate,),
)  # fmt: skip
async def read(call: Call) -> schemas.CertificateShown:
    """Read a certificate."""
    return schemas.shown(
        await service.read(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    )  # fmt: skip


@routes.get(
    "/certificates/{certificateId}/copy", access=CONCERNED, answer_type="application/octet-stream",
    operation_id="readCertificateCopy", errors=(UnknownCertificate,),
)  # fmt: skip
async def read_copy(call: Call) -> Answer:
    """Download the copy of a certificate."""
    content, kind = await service.copy(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    return schemas.copy_answer(content, kind)


@routes.delete(
    "/certificates/{certificateId}", access=signed_in(), operation_id="removeCertificate", status=204,
    errors=(UnknownCertificate,),
)  # fmt: skip
async def remove(call: Call) -> Answer:
    """Remove a certificate of one's own."""
    await service.remove(call.context, by=call.actor, certificate_id=call.path["certificateId"])
    return Answer(status=204)


@routes.put(
    "/certificates/{certificateId}/review", access=REVIEWERS, body=schemas.ReviewGiven,
    answer=schemas.CertificateShown, operation_id="reviewCertificate",
    errors=(NotAReviewer, UnknownCertificate, OwnBadge, AlreadyReviewed),
)  # fmt: skip
async def review(call: Call, body: schemas.ReviewGiven) -> schemas.CertificateShown:
    """Mark a certificate as verified, or say that it could not be."""
    found = await service.review(
        call.context, by=call.actor, certificate_id=call.path["certificateId"], verified=body.verified,
        reason=body.reason,
    )  # fmt: skip
    return schemas.shown(found)


@routes.get(
    "/badges/{badgeId}/certificate", access=signed_in(), answer_type=PDF, operation_id="readBadgeCertificate",
    errors=(UnknownBadge, NotIssued),
)  # fmt: skip
async def certificate(call: Call) -> Answer:
    """Draw the certificate of a badge of one's own."""
    words, url = Words(call.language), call.context.public_url
    one = await service.printable(call.context, by=call.actor, badge_id=call.path["badgeId"])
    sheet = presenters.sheet(words, one, issuer=badges.issuer(call.context).name, public_url=url)
    return schemas.pdf_answer(await asyncio.to_thread(presenters.pdf, sheet))
