"""QTI packages as files, and what is told of taking one in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Annotated, Literal
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from msgspec import Meta

from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import ARCHIVE_FAULTS
from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.qti import model
from govstack.pillars.learn.needs.qti.errors import BadPackage
from govstack.pillars.learn.needs.qti.model import CONTENT, ITEM_TYPE, OURS, Kept, Unsupported
from govstack.pillars.learn.needs.qti.service import Outcome, Package, Source

PACKAGE_BYTES_MAX = 20_000_000
UNPACKED_BYTES_MAX = 60_000_000
FILE_BYTES_MAX = 1_000_000
FILES_MAX = 3_000
RATIO_MAX = 200
MANIFEST = "imsmanifest.xml"
NAME_CHARACTERS_MAX = 300
MEDIA_TYPE = "application/zip"
PACKAGE_ID = "govstack-items"


class ImportQuery(msgspec.Struct, frozen=True, rename="camel"):
    """What is said of items whose package says no more than QTI does."""

    competency: Annotated[str, Meta(max_length=100)] = ""
    bloom: Literal["knowledge", "comprehension", "application"] = "knowledge"
    language: Annotated[str, Meta(pattern=r"^[a-z]{2,3}$")] = "en"


class ReportLine(msgspec.Struct, frozen=True):
    """What became of a file: new, changed, same, or kept as it is with the reason; and what to know of it."""

    file: str
    identifier: str
    outcome: str
    reason: str = ""
    notes: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """What became of a package."""

    new: int
    changed: int
    same: int
    kept: int
    lines: list[ReportLine]


class KeptShown(msgspec.Struct, frozen=True, rename="camel"):
    """A file that could not be taken in, kept whole."""

    id: str
    package: str
    file_name: str
    identifier: str
    reason: str
    kept_at: str


class KeptList(msgspec.Struct, frozen=True):
    """Files that could not be taken in, and after which id the next ones come ("" at the end)."""

    kept: list[KeptShown]
    next: str = ""


class KeptQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 100
    lang: Annotated[str, Meta(max_length=12)] = ""


def report(outcomes: Iterable[Outcome]) -> Report:
    """Return what became of a package."""
    lines = [ReportLine(one.file, one.identifier, one.outcome, one.reason, one.notes) for one in outcomes]
    counts = {name: sum(line.outcome == name for line in lines) for name in ("new", "changed", "same", "kept")}
    return Report(**counts, lines=lines)


def kept_shown(kept: Kept) -> KeptShown:
    """Return a file that was kept, without its content."""
    return KeptShown(kept.id, kept.package, kept.file_name, kept.identifier, kept.reason, kept.kept_at)


async def bank_file(context: Context) -> Answer:
    """Return the item bank as a QTI package."""
    found = await items.listed(context, limit=items.READY_MAX)
    headers = {"Content-Disposition": 'attachment; filename="items-qti.zip"'}
    return Answer(body=packed(found), media_type=MEDIA_TYPE, headers=headers)


def packed(found: Iterable[Item]) -> bytes:
    """Return items as a QTI 3.0 package: a file for each language of an item, and the manifest that names them."""
    root = Element("manifest", {"xmlns": CONTENT, "identifier": PACKAGE_ID})
    described = SubElement(root, "metadata")
    SubElement(described, "schema").text = "QTI Package"
    SubElement(described, "schemaversion").text = "3.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in found:
            for language in sorted(item.prompts):
                name = f"items/{item.id}.{language}.xml"
                archive.writestr(name, model.written(item, language))
                resource = SubElement(resources, "resource", {
                    "identifier": f"r-{item.id}-{language}", "type": ITEM_TYPE, "href": name,
                })  # fmt: skip
                SubElement(resource, "metadata").append(model.told(item))
                SubElement(resource, "file", {"href": name})
        archive.writestr(MANIFEST, b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8"))
    return target.getvalue()


def unpacked(content: bytes) -> Package:
    """Return the item files of a package, or a single item file; raises BadPackage.

    Nothing is written to a disk, so no name leads anywhere; names that try are refused all the same, for whoever made
    such a package meant harm. What it unpacks into is counted as it is read, whatever its directory claims.
    """
    if len(content) > PACKAGE_BYTES_MAX:
        raise BadPackage(_("The package is larger than 20 MB. Send it in parts."))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        if len(content) > FILE_BYTES_MAX:
            raise BadPackage(TOO_MUCH)
        return Package("single", (Source("item.xml", content, {}),))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _files(archive)
    except ARCHIVE_FAULTS as error:
        raise BadPackage from error
    return _described(files)


TOO_MUCH = _("The package unpacks into more than may be read.")


def _files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > FILES_MAX:
        raise BadPackage(TOO_MUCH)
    files: dict[str, bytes] = {}
    whole = 0
    for entry in entries:
        _refuse_trick(entry)
        if entry.is_dir() or not entry.filename.lower().endswith(".xml"):
            continue
        if entry.filename in files:
            raise BadPackage(_("The package holds a file twice."))
        with archive.open(entry) as part:
            # One byte more than allowed tells a lie of the directory; the rest of a bomb is never unpacked.
            read = part.read(FILE_BYTES_MAX + 1)
        whole += len(read)
        if len(read) > FILE_BYTES_MAX or whole > UNPACKED_BYTES_MAX:
            raise BadPackage(TOO_MUCH)
        if len(read) > FILE_BYTES_MAX // 10 and len(read) > entry.compress_size * RATIO_MAX:
            raise BadPackage(TOO_MUCH)
        files[entry.filename] = read
    return files


def _refuse_trick(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    odd = "\x00" in name or "\\" in name or ":" in name or name.startswith("/") or len(name) > NAME_CHARACTERS_MAX
    if odd or ".." in parts or "." in parts:
        raise BadPackage(_("The package holds a name that leads out of it."))


def _described(files: dict[str, bytes]) -> Package:
    manifest = files.pop(MANIFEST, None)
    if manifest is None:
        raise BadPackage(_("The package has no imsmanifest.xml."))
    try:
        root = model.parsed(manifest)
    except Unsupported as error:
        raise BadPackage(_("The imsmanifest.xml of the package cannot be read.")) from error
    beside: dict[str, dict[str, str]] = {}
    for resource in root.iter():
        if resource.tag == f"{{{CONTENT}}}resource":
            told = next(iter(resource.iter(f"{{{OURS}}}item")), None)
            beside[resource.get("href", "")] = dict(told.attrib) if told is not None else {}
    missing = sorted(set(beside) - set(files) - {""})
    sources = [Source(name, content, beside.get(name, {})) for name, content in sorted(files.items())]
    return Package(root.get("identifier", ""), tuple(sources), tuple(one for one in missing if one.endswith(".xml")))
