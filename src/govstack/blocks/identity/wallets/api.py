"""Operations on partners, for administrators."""

from __future__ import annotations

from govstack.blocks.identity.wallets import schemas, service
from govstack.blocks.identity.wallets.errors import PartnerExists, UnknownPartner
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("wallet partners",))
BASE = "/api/v1/wallet-partners"
ADMINISTRATOR = needs("identity:administer")


@routes.get(
    BASE, access=ADMINISTRATOR, query=schemas.ListQuery, answer=schemas.PartnerList, operation_id="walletPartnerList"
)
async def listed(call: Call) -> schemas.PartnerList:
    """List the partners that run wallets."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit + 1)
    shown = found[: call.query.limit]
    return schemas.PartnerList([schemas.answer(one) for one in shown], shown[-1].id if len(found) > len(shown) else "")


@routes.post(
    BASE, access=ADMINISTRATOR, body=schemas.PartnerRequest, answer=schemas.PartnerAnswer, status=201,
    errors=(PartnerExists,), operation_id="walletPartnerRegister",
)  # fmt: skip
async def register(call: Call, body: schemas.PartnerRequest) -> schemas.PartnerAnswer:
    """Register a partner; the answer holds its key, this once."""
    made = await service.register(call.context, by=call.actor, partner_id=body.partner_id, name=body.name)
    return schemas.keyed(made)


@routes.put(
    f"{BASE}/{{partnerId}}", access=ADMINISTRATOR, body=schemas.PartnerChange, answer=schemas.PartnerAnswer,
    errors=(UnknownPartner,), operation_id="walletPartnerChange",
)  # fmt: skip
async def change(call: Call, body: schemas.PartnerChange) -> schemas.PartnerAnswer:
    """Change a partner, or stop it from binding."""
    changed = await service.change(
        call.context, by=call.actor, partner_id=call.path["partnerId"], name=body.name, active=body.active
    )
    return schemas.answer(changed)


@routes.post(
    f"{BASE}/{{partnerId}}/key", access=ADMINISTRATOR, answer=schemas.PartnerAnswer, errors=(UnknownPartner,),
    operation_id="walletPartnerKey",
)  # fmt: skip
async def renew_key(call: Call) -> schemas.PartnerAnswer:
    """Give a partner another key; the answer holds it, this once."""
    return schemas.keyed(await service.renew_key(call.context, by=call.actor, partner_id=call.path["partnerId"]))
