"""The published operations on webhooks, and the switches that the specification demands and forgot."""

from __future__ import annotations

from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.schemas import RevisionQuery
from govstack.blocks.consent.evidence.service import part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NobodyNamed, NotIdentified, NotYours
from govstack.blocks.consent.individuals.schemas import CONCERNED, WHOM_HEADERS, WhomQuery, whom
from govstack.blocks.consent.notices import service
from govstack.blocks.consent.notices.errors import AddressRefused
from govstack.blocks.consent.notices.schemas import (
    Nothing,
    Switch,
    WebhookAnswer,
    WebhookList,
    WebhookRequest,
    WebhooksQuery,
)
from govstack.kernel.routing import Call, Routes, needs

routes = Routes(tags=("Notices",))
ADMINISTRATOR = needs("consent:administer")


@routes.post(
    "/config/webhook/", access=ADMINISTRATOR, body=WebhookRequest, answer=WebhookAnswer,
    operation_id="configWebhookCreate", errors=(AddressRefused,),
)  # fmt: skip
async def create(call: Call, body: WebhookRequest) -> WebhookAnswer:
    """Register a webhook."""
    given = body.webhook
    made = await service.create(call.context, by=call.actor, webhook=given.webhook(), secret=given.secret_key)
    return WebhookAnswer(made)


@routes.get(
    "/config/webhook/{webhookId}/", access=ADMINISTRATOR, query=RevisionQuery, answer=WebhookAnswer,
    operation_id="configWebhookRead", errors=(Unknown,),
)  # fmt: skip
async def read(call: Call) -> WebhookAnswer:
    """Read a webhook."""
    return WebhookAnswer(await service.read(call.context, webhook_id=call.path["webhookId"]))


@routes.put(
    "/config/webhook/{webhookId}/", access=ADMINISTRATOR, body=WebhookRequest, answer=WebhookAnswer,
    operation_id="configWebhookUpdate", errors=(Unknown, AddressRefused),
)  # fmt: skip
async def change(call: Call, body: WebhookRequest) -> WebhookAnswer:
    """Change a webhook; without a secret it keeps its own."""
    given = body.webhook
    changed = await service.change(
        call.context, by=call.actor, webhook_id=call.path["webhookId"], webhook=given.webhook(),
        secret=given.secret_key,
    )  # fmt: skip
    return WebhookAnswer(changed)


@routes.delete(
    "/config/webhook/{webhookId}/", access=ADMINISTRATOR, answer=Nothing, operation_id="configWebhookDelete",
    errors=(Unknown,),
)  # fmt: skip
async def remove(call: Call) -> Nothing:
    """Remove a webhook."""
    await service.remove(call.context, by=call.actor, webhook_id=call.path["webhookId"])
    return Nothing()


@routes.get(
    "/config/webhooks/", access=ADMINISTRATOR, query=WebhooksQuery, answer=WebhookList,
    operation_id="configWebhookList",
)  # fmt: skip
async def list_all(call: Call) -> WebhookList:
    """List webhooks."""
    return WebhookList(await service.listed(call.context, part=part(call.query.offset, call.query.limit)))


@routes.get("/config/notices/", access=ADMINISTRATOR, answer=Switch, operation_id="configNoticesRead")
async def read_switch(call: Call) -> Switch:
    """Tell whether notices are sent at all."""
    return Switch(await service.are_on(call.context))


@routes.put("/config/notices/", access=ADMINISTRATOR, body=Switch, answer=Switch, operation_id="configNoticesSwitch")
async def switch(call: Call, body: Switch) -> Switch:
    """Switch all notices on or off."""
    await service.switch(call.context, by=call.actor, enabled=body.enabled)
    return body


@routes.put(
    "/service/individual/record/notices/", access=CONCERNED, query=WhomQuery, body=Switch, answer=Switch,
    operation_id="serviceIndividualNoticesSwitch", headers=WHOM_HEADERS,
    errors=(NobodyNamed, NotIdentified, NotYours, Unknown),
)  # fmt: skip
async def switch_own(call: Call, body: Switch) -> Switch:
    """Switch notices about changes of what a person agreed to on or off."""
    stated = whom(call.headers, call.query.individual_id)
    await individuals.switch_notices(call.context, by=call.actor, stated=stated, wanted=body.enabled)
    return body
