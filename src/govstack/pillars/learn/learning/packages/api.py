"""The operations on packages."""

from __future__ import annotations

from functools import partial

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, signed_in
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.learning.packages import schemas, service
from govstack.pillars.learn.learning.packages.errors import (
    PackageNotReady,
    PackageTooLarge,
    TicketOver,
    TooManyValues,
    UnknownPackage,
)
from govstack.pillars.learn.learning.packages.model import Package
from govstack.pillars.learn.people import service as people

routes = Routes(tags=("Packages",))
ONE = "/packages/{packageId}"
ARCHIVES = ("application/zip", "application/pdf", "video/mp4", "video/webm", "application/octet-stream")


@routes.operation(
    "POST", "/packages", access=needs(TEACH), kind="raw", operation_id="sendPackage", status=201, answer=Package,
    body_types=ARCHIVES, errors=(PackageTooLarge, BadRequest),
)  # fmt: skip
async def send(call: Call) -> Answer:
    """Send a package: the body is the file itself, the query parameter `name` says how it is called."""
    made = await service.receive(call.context, by=call.actor, name=schemas.name_of(call), content=schemas.body_of(call))
    return Answer(value=made, status=201)


@routes.get(
    "/packages", access=needs(TEACH), query=schemas.PackagesQuery, answer=schemas.PackageList,
    operation_id="listPackages",
)  # fmt: skip
async def listed(call: Call) -> schemas.PackageList:
    """List packages, the newest first."""
    found = await service.listed(call.context, before=call.query.before, limit=call.query.limit)
    return schemas.PackageList(found, found[-1].id if len(found) == call.query.limit else "")


@routes.get(ONE, access=signed_in(), answer=Package, operation_id="readPackage", errors=(UnknownPackage,))
async def read(call: Call) -> Package:
    """Read what a package holds and how far it is unpacked."""
    return await service.read(call.context, by=call.actor, package_id=call.path["packageId"])


@routes.get(
    ONE + "/file", access=signed_in(), answer=bytes, answer_type="application/octet-stream",
    operation_id="readPackageFile", errors=(UnknownPackage, PackageNotReady),
)  # fmt: skip
async def file(call: Call) -> Answer:
    """Download a package as it was sent; a download that broke off goes on where it ended."""
    one = await service.original(call.context, by=call.actor, package_id=call.path["packageId"])
    stretch = partial(service.original_bytes, call.context, one)
    headers = {"Content-Disposition": f'attachment; filename="{one.id}"'}
    return schemas.stretch_answer(
        call, stretch, size=one.byte_count, media_type="application/octet-stream", tag=one.digest, headers=headers
    )


@routes.get(ONE + "/attempts", access=signed_in(), answer=schemas.AttemptList, operation_id="listMyPackageAttempts")
async def attempts(call: Call) -> schemas.AttemptList:
    """Read how far whoever signed in has come in the parts of a package."""
    me = await people.me(call.context, by=call.actor)
    return schemas.AttemptList(
        await service.attempts(call.context, package_id=call.path["packageId"], learner_id=me.id)
    )


@routes.get(ONE + "/log", access=signed_in(), answer=schemas.Log, operation_id="readMyPackageLog")
async def log(call: Call) -> schemas.Log:
    """Read every value that a package stored of whoever signed in."""
    me = await people.me(call.context, by=call.actor)
    found: list[schemas.Logged] = []
    for one in await service.attempts(call.context, package_id=call.path["packageId"], learner_id=me.id):
        found += [
            schemas.Logged(value.session, value.place, value.element, value.value, at)
            for value, at in await service.log(call.context, attempt_id=one.id)
        ]
    return schemas.Log(found)


@routes.operation(
    "POST", "/package-values/{ticket}", access=by_policy("ticket of an opened part"), kind="raw", status=204,
    operation_id="tellPackageValues", body_types=("text/plain",),
    errors=(TicketOver, TooManyValues, UnknownPackage, BadRequest),
)  # fmt: skip
async def tell(call: Call) -> Answer:
    """Keep values that content set: a list of place, element and value, sent by the content's own window."""
    ticket = service.ticket_of(call.context, call.path["ticket"])
    body = b"".join([part async for part in schemas.body_of(call, most=schemas.VALUES_BYTES_MAX)])
    try:
        values = msgspec.json.decode(body, type=list[tuple[int, str, str]])
    except msgspec.MsgspecError as error:
        raise BadRequest("The body is not a list of place, element and value.") from error
    await service.tell(call.context, ticket, values=values)
    return Answer(status=204)
