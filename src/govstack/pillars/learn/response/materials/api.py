"""The operations on learning material and licences."""

from __future__ import annotations

import asyncio

import msgspec

from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import FILE_TYPES, MEDIA_TYPES, FileUnreadable, Format, format_of
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN, TEACH
from govstack.pillars.learn.response.materials import schemas, service
from govstack.pillars.learn.response.materials.errors import (
    LicenceMissing,
    LicenceTooWide,
    NoAdapting,
    NoSelling,
    NothingAdapted,
    ReasonMissing,
    SimilarNotSeen,
    StillMade,
    UnknownLicence,
    UnknownMaterial,
    UnknownOwner,
)
from govstack.pillars.learn.response.materials.model import Content, Licence, Material, Notice

routes = Routes(tags=("Learning material",))
ONE = "/materials/{materialId}"


@routes.get("/licences", access=signed_in(), answer=schemas.LicenceList, operation_id="listLicences")
async def list_licences(call: Call) -> schemas.LicenceList:
    """List licences with what each allows."""
    return schemas.LicenceList(list((await service.licences(call.context)).values()))


@routes.put(
    "/licences/{licenceId}", access=needs(ADMINISTER), body=schemas.LicenceGiven, answer=Licence,
    operation_id="putLicence",
)  # fmt: skip
async def put_licence(call: Call, body: schemas.LicenceGiven) -> Licence:
    """Enter a licence, or change what it allows."""
    licence = Licence(id=call.path["licenceId"], **msgspec.structs.asdict(body))
    return await service.put_licence(call.context, by=call.actor, licence=licence)


@routes.post(
    "/material-search", access=signed_in(), body=Content, answer=schemas.SimilarList, operation_id="findSimilarMaterial"
)  # fmt: skip
async def similar(call: Call, body: Content) -> schemas.SimilarList:
    """Find what resembles the material that somebody wants."""
    return schemas.SimilarList(await service.similar(call.context, by=call.actor, wanted=body))


@routes.post(
    "/materials", access=needs(TEACH), body=schemas.MaterialGiven, answer=Material, operation_id="createMaterial",
    errors=(
        SimilarNotSeen, ReasonMissing, UnknownLicence, UnknownMaterial, UnknownOwner, LicenceMissing, NoAdapting,
        NoSelling, LicenceTooWide,
    ),
)  # fmt: skip
async def create(call: Call, body: schemas.MaterialGiven) -> Material:
    """Reuse, improve or create material, after the search for what is there."""
    return await service.create(call.context, by=call.actor, content=body.content, decision=body.decision)


@routes.get(
    "/materials", access=signed_in(), query=schemas.MaterialsQuery, answer=schemas.MaterialList,
    operation_id="listMaterials",
)  # fmt: skip
async def listed(call: Call) -> schemas.MaterialList:
    """List material that the reader may see."""
    asked = call.query
    found = await service.listed(
        call.context, by=call.actor, language=asked.language, subject=asked.subject, broken=asked.broken,
        after=asked.after, limit=asked.limit,
    )  # fmt: skip
    return schemas.MaterialList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get(
    "/material-list", access=signed_in(), query=FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportMaterials",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take the list of material out as CSV, spreadsheet or JSON."""
    return schemas.file_answer(Format(call.query.format), service.everything(call.context, by=call.actor))


@routes.operation(
    "POST", "/material-list", access=needs(TEACH), operation_id="importMaterials", answer=schemas.Taken,
    body_types=tuple(MEDIA_TYPES.values()), body_bytes_max=schemas.IMPORT_BYTES_MAX,
    errors=(FileUnreadable, BadRequest, UnknownLicence, NoSelling),
)  # fmt: skip
async def take_in(call: Call) -> schemas.Taken:
    """Take a list of material in from a file; all rows or none."""
    kind = format_of(media_type=call.content_type)
    if kind is None:
        raise FileUnreadable("Send CSV, a spreadsheet (.xlsx) or JSON, and name its content type.")
    rows = await asyncio.to_thread(schemas.read_rows, call.body_bytes, kind)
    changed = await service.take_in(call.context, by=call.actor, rows=rows)
    return schemas.Taken(sum(changed), len(changed) - sum(changed))


@routes.get(ONE, access=signed_in(), answer=Material, operation_id="readMaterial", errors=(UnknownMaterial,))
async def read(call: Call) -> Material:
    """Read what is known of material."""
    return await service.read(call.context, by=call.actor, material_id=call.path["materialId"])


@routes.put(
    ONE, access=needs(TEACH), body=Content, answer=Material, operation_id="changeMaterial",
    errors=(UnknownMaterial, UnknownLicence, UnknownOwner, NoSelling, LicenceMissing, LicenceTooWide),
)  # fmt: skip
async def change(call: Call, body: Content) -> Material:
    """Change what is said about material."""
    return await service.change(call.context, by=call.actor, material_id=call.path["materialId"], content=body)


@routes.post(
    ONE + "/publish", access=needs(TEACH), answer=Material, operation_id="publishMaterial",
    errors=(UnknownMaterial, LicenceMissing, LicenceTooWide, NoAdapting, NoSelling, StillMade),
)  # fmt: skip
async def publish(call: Call) -> Material:
    """Show material to everybody who learns."""
    return await service.publish(call.context, by=call.actor, material_id=call.path["materialId"])


@routes.post(ONE + "/retire", access=needs(TEACH), answer=Material, operation_id="retireMaterial")
async def retire(call: Call) -> Material:
    """Take material out of the catalogue."""
    return await service.retire(call.context, by=call.actor, material_id=call.path["materialId"])


@routes.get(ONE + "/history", access=needs(TEACH), answer=schemas.History, operation_id="readMaterialHistory")
async def history(call: Call) -> schemas.History:
    """Read where material comes from and what became of it."""
    decided, derived, told = await service.history(call.context, material_id=call.path["materialId"])
    return schemas.History(decided, derived, told)


@routes.post(
    ONE + "/notices", access=needs(TEACH), body=schemas.NoticeGiven, answer=Notice, operation_id="tellMaterialOwner",
    errors=(UnknownMaterial, NothingAdapted),
)  # fmt: skip
async def tell(call: Call, body: schemas.NoticeGiven) -> Notice:
    """Tell the owner of the original what was changed, or send a patch."""
    return await service.tell_owner(
        call.context, by=call.actor, material_id=call.path["materialId"], kind=body.kind, words=body.words
    )


@routes.post(
    "/material-notices/{noticeId}/answer", access=signed_in(), body=schemas.NoticeAnswer, status=204,
    operation_id="answerMaterialNotice", errors=(UnknownMaterial,),
)  # fmt: skip
async def answer(call: Call, body: schemas.NoticeAnswer) -> Answer:
    """Take what an adapter sends, or decline it."""
    await service.answer_notice(call.context, by=call.actor, notice_id=call.path["noticeId"], accepted=body.accepted)
    return Answer(status=204)


@routes.get(
    "/material-gaps", access=needs(PLAN), query=schemas.GapQuery, answer=schemas.GapList,
    operation_id="listMaterialGaps",
)  # fmt: skip
async def gaps(call: Call) -> schemas.GapList:
    """List topics and competencies with how much material there is in each language."""
    languages = [one.strip() for one in call.query.languages.split(",") if one.strip()]
    return schemas.GapList(await service.gap_report(call.context, by=call.actor, languages=languages))


@routes.put("/material-wishes", access=needs(PLAN), body=schemas.Wish, status=204, operation_id="wantMaterial")
async def want(call: Call, body: schemas.Wish) -> Answer:
    """Say that material on a subject is wanted, or not any more."""
    await service.want(call.context, by=call.actor, kind=body.kind, subject=body.subject, wanted=body.wanted)
    return Answer(status=204)
