"""The operations on offerings and sessions."""

from __future__ import annotations

import msgspec

from govstack.kernel.routing import Call, Routes, needs, public
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.response.materials.errors import LicenceMissing, NoSelling, UnknownMaterial
from govstack.pillars.learn.response.offerings import schemas, service
from govstack.pillars.learn.response.offerings.errors import (
    BadParts,
    BadSession,
    BeforeItself,
    FewerThanTaken,
    NotOfTypology,
    NotPlanned,
    UnknownOffering,
    UnknownSession,
    UnknownTerm,
)
from govstack.pillars.learn.response.offerings.model import (
    Listed,
    Offering,
    OfferingGiven,
    Session,
    SessionGiven,
)

routes = Routes(tags=("Offerings",))


@routes.put(
    "/offerings/{offeringId}", access=needs(PLAN), body=OfferingGiven, answer=Offering, operation_id="putOffering",
    errors=(
        NotPlanned, NotOfTypology, UnknownTerm, BadParts, BeforeItself, UnknownMaterial, LicenceMissing, NoSelling,
        BadId,
    ),
)  # fmt: skip
async def put_offering(call: Call, body: OfferingGiven) -> Offering:
    """Enter an offering or change it."""
    one = Offering(id=chosen_id(call, "offeringId"), **msgspec.structs.asdict(body))
    return await service.put_offering(call.context, by=call.actor, offering=one)


@routes.get(
    "/offerings", access=public(), query=schemas.CatalogueQuery, answer=schemas.Catalogue,
    operation_id="listOfferings",
)  # fmt: skip
async def list_offerings(call: Call) -> schemas.Catalogue:
    """List what can be taken, with the sessions that have not ended."""
    asked = call.query
    found = await service.catalogue(call.context, wanted=asked.wanted(), after=asked.after, limit=asked.limit)
    last = found[-1].offering.id if len(found) == asked.limit else ""
    return schemas.Catalogue([schemas.card(one) for one in found], last)


@routes.get(
    "/offerings/{offeringId}", access=public(), answer=schemas.OfferingCard, operation_id="readOffering",
    errors=(UnknownOffering,),
)  # fmt: skip
async def read_offering(call: Call) -> schemas.OfferingCard:
    """Read an offering with its sessions that have not ended."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return schemas.card(Listed(one, await service.sessions_of(call.context, offering_ids=[one.id])))


@routes.get(
    "/offerings/{offeringId}/summary", access=public(), query=schemas.SummaryQuery, answer=schemas.Summary,
    operation_id="readOfferingSummary", errors=(UnknownOffering,),
)  # fmt: skip
async def read_summary(call: Call) -> schemas.Summary:
    """Read an offering in the length of one text message or one screen of a menu on a simple phone."""
    one = await service.offering(call.context, by=call.actor, offering_id=call.path["offeringId"])
    return schemas.summary(one, call.query.channel, call.query.language)


@routes.put(
    "/sessions/{runId}", access=needs(PLAN), body=SessionGiven, answer=Session, operation_id="putSession",
    errors=(UnknownOffering, UnknownSession, BadSession, FewerThanTaken, BadId),
)  # fmt: skip
async def put_session(call: Call, body: SessionGiven) -> Session:
    """Enter a session or change it, with its seats, quotas, checklist and costs."""
    one = Session(id=chosen_id(call, "runId"), **msgspec.structs.asdict(body))
    return await service.put_session(call.context, by=call.actor, session=one)


@routes.get(
    "/sessions/{runId}", access=needs(PLAN), answer=Session, operation_id="readSession", errors=(UnknownSession,)
)  # fmt: skip
async def read_session(call: Call) -> Session:
    """Read a session with its quotas, checklist and costs."""
    return await service.session(call.context, session_id=call.path["runId"])


@routes.get(
    "/sessions", access=needs(PLAN), query=schemas.SessionQuery, answer=schemas.SessionList,
    operation_id="listSessions",
)  # fmt: skip
async def list_sessions(call: Call) -> schemas.SessionList:
    """List sessions, past ones too."""
    asked = call.query
    found = await service.sessions(call.context, centre_id=asked.centre, after=asked.after, limit=asked.limit)
    return schemas.SessionList(found, found[-1].id if len(found) == asked.limit else "")
