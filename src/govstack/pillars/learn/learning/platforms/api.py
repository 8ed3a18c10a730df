"""The operations of tools: enter them, link to what they offer, open one, and the keys messages are checked with."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs, public, signed_in
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.model import ADMINISTER, TEACH
from govstack.pillars.learn.frame.schemas import chosen_id
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.platforms import schemas, service
from govstack.pillars.learn.learning.platforms.errors import KeysMissing, NotATool, UnknownLink, UnknownTool
from govstack.pillars.learn.learning.platforms.model import Card, LinkCard

routes = Routes(tags=("Tools of others (LTI 1.3)",))
KEYS_SECONDS = 3_600


@routes.put("/lti/tools/{toolId}", access=needs(ADMINISTER), body=Card, answer=schemas.ToolShown,
            operation_id="putTool", errors=(NotATool, KeysMissing, BadId))  # fmt: skip
async def put_tool(call: Call, body: Card) -> schemas.ToolShown:
    """Enter a tool or change it; answers what its operator enters there."""
    found = await service.put_tool(call.context, by=call.actor, tool_id=chosen_id(call, "toolId"), card=body)
    return schemas.ToolShown.of(found, call.context.public_url)


@routes.get("/lti/tools", access=needs(ADMINISTER), answer=schemas.ToolList, operation_id="listTools")
async def list_tools(call: Call) -> schemas.ToolList:
    """List the tools, those used no more too."""
    found = await service.tools(call.context)
    return schemas.ToolList([schemas.ToolShown.of(one, call.context.public_url) for one in found])


@routes.delete("/lti/tools/{toolId}", access=needs(ADMINISTER), status=204, operation_id="retireTool",
               errors=(UnknownTool,))  # fmt: skip
async def retire_tool(call: Call) -> Answer:
    """Use a tool no more."""
    await service.retire(call.context, by=call.actor, tool_id=call.path["toolId"])
    return Answer(status=204)


@routes.put("/lti/links/{linkId}", access=needs(TEACH), body=LinkCard, answer=schemas.LinkShown,
            operation_id="putToolLink", errors=(UnknownTool, UnknownCourse, NotATool, BadId))  # fmt: skip
async def put_link(call: Call, body: LinkCard) -> schemas.LinkShown:
    """Enter a link to what a tool offers, or change it."""
    return schemas.LinkShown.of(
        await service.put_link(call.context, by=call.actor, link_id=chosen_id(call, "linkId"), card=body)
    )


@routes.get("/lti/links", access=signed_in(), answer=schemas.LinkList, operation_id="listToolLinks")
async def list_links(call: Call) -> schemas.LinkList:
    """List what tools offer."""
    return schemas.LinkList([schemas.LinkShown.of(one) for one in await service.links(call.context)])


@routes.post("/lti/links/{linkId}/launch", access=signed_in(), answer=schemas.ToolOpened, operation_id="launchTool",
             errors=(UnknownLink,))  # fmt: skip
async def launch(call: Call) -> schemas.ToolOpened:
    """Send whoever signed in to a tool; the address is for their browser, within ten minutes."""
    return schemas.ToolOpened(await service.begin(call.context, by=call.actor, link_id=call.path["linkId"]))


@routes.get("/lti/keys", access=public(), answer=schemas.KeySet, operation_id="readToolKeys")
async def keys(call: Call) -> Answer:
    """Return the public keys that tools check messages with."""
    found = schemas.KeySet(await service.public_keys(call.context))
    return Answer(value=found, headers={"Cache-Control": f"public, max-age={KEYS_SECONDS}"})


@routes.post("/lti/keys/rotate", access=needs(ADMINISTER), answer=schemas.Rotated, operation_id="rotateToolKey")
async def rotate(call: Call) -> schemas.Rotated:
    """Sign with a new key from now on; the two before stay published."""
    return schemas.Rotated(await service.rotate(call.context, by=call.actor))
