"""Links to records for other systems: make, list, withdraw, and open as JSON (DRS-27).

The token stands in the path and nowhere else: a link is what people pass on, and it must open by itself. So the path
is kept out of logs (they name the declared operation), out of the audit trail (it names the link's id), and answers
forbid that browsers tell it to other sites.
"""

from __future__ import annotations

from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.design.model import LATEST
from govstack.blocks.registries.reading.errors import NoRecord
from govstack.blocks.registries.sharing import schemas, service
from govstack.blocks.registries.sharing.errors import BadShare, NoShare, ViewOnly
from govstack.kernel.errors import TooMany
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in

routes = Routes(tags=("sharing",))
SHARING = by_policy("the right to share records of the registry")
HOLDERS = by_policy("whoever holds the link and is meant by it")
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@routes.post(
    "/registries/{code}/shares", access=SHARING, body=schemas.ShareRequest, answer=schemas.ShareShape, status=201,
    operation_id="makeShare", errors=(UnknownRegistry, UnknownService, RightMissing, BadShare, NoRecord),
)  # fmt: skip
async def make(call: Call, body: schemas.ShareRequest) -> Answer:
    """Make a link to fields of records; its address is told this once."""
    registry = await design.published(call.context, code=call.path["code"], version=LATEST)
    made = await service.make(call.context, by=call.actor, registry=registry, wish=schemas.wish(body))
    shown = schemas.share(made.share, registry=registry.code, url=schemas.address(call.context.public_url, made))
    return Answer(value=shown, headers=PRIVATE)


@routes.get("/shares", access=signed_in(), answer=schemas.ShareList, operation_id="listShares")
async def mine(call: Call) -> schemas.ShareList:
    """List the caller's links with their openings."""
    found = await service.mine(call.context, by=call.actor)
    codes = await service.codes(call.context, shares=[share for share, _opened in found])
    return schemas.ShareList(
        [schemas.share(one, registry=codes.get(one.registry_id, ""), opened=opened) for one, opened in found]
    )


@routes.delete("/shares/{share}", access=signed_in(), status=204, operation_id="revokeShare", errors=(NoShare,))
async def revoke(call: Call) -> None:
    """Withdraw a link at once; withdrawing it again changes nothing."""
    await service.revoke(call.context, by=call.actor, share_id=call.path["share"])


@routes.post(
    "/shared/{token}", access=HOLDERS, answer=schemas.SharedShape, operation_id="openShare",
    errors=(NoShare, ViewOnly, TooMany),
)  # fmt: skip
async def open_share(call: Call) -> Answer:
    """Open a link that hands out copies, as JSON; it counts as an opening and is logged as a reading."""
    found = await service.open_share(
        call.context, by=call.actor, token=call.path["token"], address=call.client_address, copy=True, through_api=True
    )
    return Answer(value=schemas.shared(found), headers=PRIVATE)
