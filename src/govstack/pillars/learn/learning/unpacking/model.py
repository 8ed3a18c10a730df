"""Reading packages: which kind they are, whether they are safe to open, what they hold and how it is launched."""

from __future__ import annotations

import codecs
import mimetypes
import re
import stat
import zipfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as Xml

from govstack.kernel.i18n import _
from govstack.kernel.sheets import ARCHIVE_FAULTS
from govstack.pillars.learn.learning.unpacking.errors import UnknownPackageKind, UnsafePackage

FILES_MAX = 5_000
UNPACKED_BYTES_MAX = 2 << 30
RATIO_MAX = 200
RATIO_COUNTS_FROM_BYTES = 10 << 20
PATH_CHARACTERS_MAX = 300
DEPTH_MAX = 20
MANIFEST_BYTES_MAX = 5 << 20
ITEMS_MAX = 1_000
PART_BYTES = 1 << 20
ENCRYPTED = 0x1
MANIFEST_TOO_LARGE = _("The manifest of the package is too large.")
_ODD = re.compile(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:")


class Kind(StrEnum):
    """What a package is."""

    SCORM_12 = "scorm12"
    SCORM_2004 = "scorm2004"
    CMI5 = "cmi5"
    XAPI = "xapi"
    H5P = "h5p"
    CARTRIDGE = "cartridge"
    PDF = "pdf"
    VIDEO = "video"

    @property
    def played(self) -> bool:
        """Tell whether its parts are opened in the player."""
        return self in {Kind.SCORM_12, Kind.SCORM_2004, Kind.CARTRIDGE, Kind.PDF, Kind.VIDEO}

    @property
    def tracked(self) -> bool:
        """Tell whether it says itself how far a learner has come."""
        return self in {Kind.SCORM_12, Kind.SCORM_2004}


class Item(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A part of a package that is launched: its path inside, and what it is launched with."""

    id: str
    title: str
    path: str
    parameters: str = ""
    launch_data: str = ""
    mastery: float | None = None
    move_on: str = ""
    depth: int = 0


class Member(msgspec.Struct, frozen=True):
    """A file inside a package."""

    path: str
    name: str
    size: int
    media_type: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a package holds."""

    kind: Kind
    title: str
    items: tuple[Item, ...]
    members: tuple[Member, ...]


def media_type_of(path: str) -> str:
    """Return the type that a file's name says; what is not known is only bytes."""
    return _TYPES.get(PurePosixPath(path).suffix.lower()) or mimetypes.guess_type(path)[0] or "application/octet-stream"


_TYPES = {
    ".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".js": "text/javascript",
    ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml",
    ".woff": "font/woff", ".woff2": "font/woff2", ".mp4": "video/mp4", ".webm": "video/webm", ".vtt": "text/vtt",
}  # fmt: skip


def single_file(head: bytes, *, name: str) -> Kind | None:
    """Return the kind of a file that is no archive, or None."""
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head[4:8] == b"ftyp" or head.startswith(b"\x1a\x45\xdf\xa3"):
        return Kind.VIDEO
    if head.startswith(b"PK\x03\x04"):
        return None
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return Kind.CMI5
    raise UnknownPackageKind(extra={"name": name[:PATH_CHARACTERS_MAX]})


def alone(kind: Kind, head: bytes, *, name: str, size: int) -> Found:
    """Return what a file that is no archive holds, by its kind, its first part and its size.

    A course structure of cmi5 (section 14) can come alone, and names then where each of its units is on the web.
    Raises UnsafePackage and UnknownPackageKind.
    """
    if kind is Kind.CMI5:
        if size > len(head):
            raise UnsafePackage(MANIFEST_TOO_LARGE)
        root = xml_of(head)
        title, items = _cmi5(root)
        if root.tag != "courseStructure" or not items:
            raise UnknownPackageKind(extra={"name": name[:PATH_CHARACTERS_MAX]})
        if not all("://" in item.path for item in items):
            raise UnknownPackageKind(
                _("The course names files that did not come with it. Send the whole package as an archive.")
            )
        path = "cmi5.xml"
    else:
        path = "file.pdf" if kind is Kind.PDF else "file.webm" if name.lower().endswith(".webm") else "file.mp4"
        title, items = name, (Item(id="file", title=name, path=path),)
    member = Member(path, path, size, media_type_of(path))
    return Found(kind=kind, title=title or name, items=items[:ITEMS_MAX], members=(member,))


def opened(stream: IO[bytes]) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """Return an archive with its files by path; raises UnsafePackage before anything is unpacked."""
    try:
        archive = zipfile.ZipFile(stream)
    except ARCHIVE_FAULTS as error:
        raise UnknownPackageKind from error
    entries = archive.infolist()
    if len(entries) > FILES_MAX:
        raise UnsafePackage(_("The package holds too many files."))
    files: dict[str, zipfile.ZipInfo] = {}
    unpacked = packed = 0
    for entry in entries:
        path = safe_path(entry.filename)
        if entry.is_dir():
            continue
        _refuse_odd(entry)
        if path.lower() in files:
            raise UnsafePackage(_("The package holds two files of one name."))
        files[path.lower()] = entry
        unpacked, packed = unpacked + entry.file_size, packed + entry.compress_size
    if unpacked > UNPACKED_BYTES_MAX:
        raise UnsafePackage(_("What the package unpacks to is too large."))
    if unpacked > RATIO_COUNTS_FROM_BYTES and unpacked > max(packed, 1) * RATIO_MAX:
        raise UnsafePackage(_("The package unpacks to far more than it is. That is how archives are made to do harm."))
    return archive, {safe_path(entry.filename): entry for entry in files.values()}


def safe_path(name: str) -> str:
    """Return the path of a file inside a package; raises UnsafePackage for one that leads anywhere else."""
    parts = name.rstrip("/").split("/")
    if _ODD.search(name) or name.startswith("/") or any(part in {"", ".", ".."} for part in parts):
        raise UnsafePackage(_("The package holds a file whose name leads out of the package."))
    if len(name) > PATH_CHARACTERS_MAX or len(parts) > DEPTH_MAX:
        raise UnsafePackage(_("The package holds a file whose name is too long."))
    return "/".join(parts)


def _refuse_odd(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise UnsafePackage(_("The package holds a link to another place."))
    if entry.flag_bits & ENCRYPTED:
        raise UnsafePackage(_("The package holds files under a password, which cannot be looked into."))


def parts_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a file in parts of one size; raises UnsafePackage when it is more than it said, or broken."""
    size = 0
    try:
        with archive.open(entry) as source:
            while part := source.read(PART_BYTES):
                size += len(part)
                if size > entry.file_size:
                    raise UnsafePackage(_("A file of the package is larger than it says."))
                yield part
    except ARCHIVE_FAULTS as error:
        raise UnsafePackage(_("A file of the package is broken.")) from error


def looked_into(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], *, name: str) -> Found:
    """Return what an archive holds and how it is launched; raises UnknownPackageKind, UnsafePackage."""
    members = tuple(
        Member(path, entry.filename, entry.file_size, media_type_of(path)) for path, entry in sorted(files.items())
    )
    kind, title, items = _structure(archive, files)
    known = set(files)
    items = tuple(item for item in items if item.path in known or "://" in item.path)[:ITEMS_MAX]
    if kind.played and not items:
        raise UnknownPackageKind(_("Nothing in the package can be launched: its manifest names no file that is there."))
    return Found(kind=kind, title=title or name, items=items, members=members)


def _structure(archive: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo]) -> tuple[Kind, str, tuple[Item, ...]]:
    if "cmi5.xml" in files:
        return Kind.CMI5, *_cmi5(_xml(archive, files["cmi5.xml"]))
    if "imsmanifest.xml" in files:
        return _manifest(_xml(archive, files["imsmanifest.xml"]))
    if "tincan.xml" in files:
        return Kind.XAPI, *_tincan(_xml(archive, files["tincan.xml"]))
    if "h5p.json" in files:
        try:
            told = msgspec.json.decode(_small(archive, files["h5p.json"]), type=dict[str, object])
        except (msgspec.DecodeError, RecursionError) as error:
            raise UnknownPackageKind from error
        title = str(told.get("title", ""))
        return Kind.H5P, title, (Item(id="content", title=title or "H5P", path="h5p.json"),)
    raise UnknownPackageKind


def _small(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > MANIFEST_BYTES_MAX:
        raise UnsafePackage(MANIFEST_TOO_LARGE)
    return b"".join(parts_of(archive, entry))


def _xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Element:
    return xml_of(_small(archive, entry))


def xml_of(content: bytes) -> Element:
    """Return a manifest with names free of their namespaces; raises UnsafePackage and UnknownPackageKind."""
    try:
        root: Element = Xml.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnsafePackage(_("The manifest of the package defines entities, which could be made to grow.")) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnknownPackageKind(_("The manifest of the package is no XML that can be read.")) from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
        element.attrib.update({name.rpartition("}")[2]: value for name, value in element.attrib.items()})
    return root


def text_of(element: Element | None) -> str:
    """Return the text of an element on one line; "" where there is none."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def path_of(base: str, href: str) -> tuple[str, str]:
    """Return the path inside the package, and the parameters, of an address in its manifest."""
    try:
        parts = urlsplit(href)
    except ValueError as error:
        raise UnknownPackageKind(_("The manifest of the package names an address that is none.")) from error
    if parts.scheme in {"http", "https"}:
        return href, ""
    path = PurePosixPath(unquote(base)) / unquote(parts.path)
    query = f"?{parts.query}" if parts.query else ""
    return str(path).lstrip("/"), query + (f"#{parts.fragment}" if parts.fragment else "")


def _manifest(root: Element) -> tuple[Kind, str, tuple[Item, ...]]:
    told = text_of(root.find("metadata/schema")).lower(), text_of(root.find("metadata/schemaversion")).lower()
    resources = {one.get("identifier", ""): one for one in root.iter("resource")}
    tracked = any(one.get("scormType", one.get("scormtype", "")) for one in resources.values())
    if "cartridge" in told[0]:
        kind = Kind.CARTRIDGE
    elif tracked or "scorm" in told[0]:
        kind = Kind.SCORM_12 if told[1] in {"1.2", "1.1", ""} and "2004" not in told[1] else Kind.SCORM_2004
    else:
        kind = Kind.CARTRIDGE
    organisations = root.find("organizations")
    chosen = organisations.get("default", "") if organisations is not None else ""
    listed = list(organisations.iter("organization")) if organisations is not None else []
    organisation = next((one for one in listed if one.get("identifier") == chosen), listed[0] if listed else None)
    items = list(_items(organisation, resources, root, 0)) if organisation is not None else []
    if not items:
        items = [
            Item(id=identifier, title=identifier, path=path_of(_base(root, one), one.get("href", ""))[0])
            for identifier, one in resources.items()
            if one.get("href")
        ]
    title = text_of(organisation.find("title")) if organisation is not None else ""
    return kind, title or text_of(root.find(".//general/title")), tuple(items)


def _base(root: Element, resource: Element) -> str:
    above = root.find("resources")
    bases = [root.get("base", ""), above.get("base", "") if above is not None else "", resource.get("base", "")]
    return "".join(base if not base or base.endswith("/") else f"{base}/" for base in bases)


def _items(above: Element, resources: dict[str, Element], root: Element, depth: int) -> Iterator[Item]:
    if depth > DEPTH_MAX:
        return
    for element in above.findall("item"):
        resource = resources.get(element.get("identifierref", ""))
        href = resource.get("href", "") if resource is not None else ""
        if resource is not None and href and element.get("isvisible", "true") != "false":
            path, query = path_of(_base(root, resource), href)
            yield Item(
                id=element.get("identifier", "") or path, title=text_of(element.find("title")) or path, path=path,
                parameters=query or element.get("parameters", ""), depth=depth,
                launch_data=text_of(element.find("datafromlms")) or text_of(element.find("dataFromLMS")),
                mastery=_mastery(element),
            )  # fmt: skip
        yield from _items(element, resources, root, depth + 1)


def _mastery(element: Element) -> float | None:
    """Return the score to pass with: of SCORM 1.2 from 0 to 100, of 2004 from -1 to 1."""
    stated = text_of(element.find("masteryscore"))
    for objective in element.findall("sequencing/objectives/primaryObjective"):
        if objective.get("satisfiedByMeasure") == "true":
            stated = text_of(objective.find("minNormalizedMeasure")) or "1.0"
    try:
        return float(stated) if stated else None
    except ValueError:
        return None


def _cmi5(root: Element) -> tuple[str, tuple[Item, ...]]:
    items = []
    for unit in root.iter("au"):
        mastery = unit.get("masteryScore")
        items.append(
            Item(
                id=unit.get("id", ""), title=text_of(unit.find("title/langstring")),
                path=path_of("", text_of(unit.find("url")))[0], parameters=path_of("", text_of(unit.find("url")))[1],
                launch_data=text_of(unit.find("launchParameters")), move_on=unit.get("moveOn", "NotApplicable"),
                mastery=float(mastery) if mastery and re.fullmatch(r"0(\.\d+)?|1(\.0+)?", mastery) else None,
            )
        )  # fmt: skip
    return text_of(root.find("course/title/langstring")), tuple(items)


def _tincan(root: Element) -> tuple[str, tuple[Item, ...]]:
    items = [
        Item(id=one.get("id", ""), title=text_of(one.find("name")), path=path_of("", text_of(one.find("launch")))[0])
        for one in root.iter("activity")
        if one.find("launch") is not None
    ]
    return items[0].title if items else "", tuple(items)
