"""The operations on QTI packages."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.needs.qti import schemas, service
from govstack.pillars.learn.needs.qti.errors import BadPackage, UnknownKept

routes = Routes(tags=("QTI",))


@routes.get(
    "/qti", access=needs(TEACH), answer=bytes, answer_type=schemas.MEDIA_TYPE, operation_id="exportQti"
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the item bank out as a QTI 3.0 package."""
    return await schemas.bank_file(call.context)


@routes.post(
    "/qti", access=needs(TEACH), query=schemas.ImportQuery, answer=schemas.Report, operation_id="importQti",
    body_types=(schemas.MEDIA_TYPE, "application/xml"), body_bytes_max=schemas.PACKAGE_BYTES_MAX, errors=(BadPackage,),
)  # fmt: skip
async def take_in(call: Call) -> schemas.Report:
    """Take a QTI 3.0 package or item in; what cannot be held here is told and kept."""
    asked = call.query
    beside = {"competency": asked.competency, "bloom": asked.bloom, "language": asked.language}
    package = schemas.unpacked(call.body_bytes)
    return schemas.report(await service.take_in(call.context, by=call.actor, package=package, beside=beside))


@routes.get(
    "/qti/kept", access=needs(TEACH), query=schemas.KeptQuery, answer=schemas.KeptList, operation_id="listKeptItems"
)  # fmt: skip
async def kept(call: Call) -> schemas.KeptList:
    """List files that could not be taken in, and why."""
    asked = call.query
    found = await service.kept(call.context, after=asked.after, limit=asked.limit)
    return schemas.KeptList(
        [schemas.kept_shown(one) for one in found], found[-1].id if len(found) == asked.limit else ""
    )


@routes.get(
    "/qti/kept/{keptId}", access=needs(TEACH), answer=bytes, answer_type="application/xml",
    operation_id="readKeptItem", errors=(UnknownKept,),
)  # fmt: skip
async def kept_file(call: Call) -> Answer:
    """Read a file that could not be taken in, as it came."""
    found = await service.kept_file(call.context, kept_id=call.path["keptId"])
    headers = {"Content-Disposition": 'attachment; filename="item.xml"'}
    return Answer(body=found.content, media_type="application/xml", headers=headers)
