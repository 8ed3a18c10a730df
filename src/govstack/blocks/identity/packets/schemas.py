"""Reads the text of a packet, in every spelling that published clients use, into what the block works with."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from govstack.blocks.identity.packets.errors import PacketInvalid, PacketTooLarge, SignatureInvalid
from govstack.blocks.identity.packets.model import (
    REFERENCE_CHARACTERS_MAX,
    Content,
    Kind,
    Packet,
    Piece,
    Process,
    Text,
    document_piece,
)
from govstack.blocks.identity.packets.service import Opened
from govstack.kernel import crypto

FIELDS_MAX = 200
VALUE_CHARACTERS_MAX = 2_000
LANGUAGES_MAX = 20
DOCUMENTS_MAX = 20
SEGMENTS_MAX = 40
SEGMENT_BYTES_MAX = 2_000_000
LABELS_MAX = 50
LABEL_CHARACTERS_MAX = 500
AUDITS_MAX = 100
PARTS_MAX = 50
Short = Annotated[str, Meta(max_length=LABEL_CHARACTERS_MAX)]
Shape = TypeVar("Shape")


class Packaged(msgspec.Struct, frozen=True, rename="camel"):
    """A packet as a service makes it. `finalise` says that it is whole, `parts` of how many packets it consists."""

    id: Annotated[str, Meta(min_length=1, max_length=REFERENCE_CHARACTERS_MAX, pattern=r"^[A-Za-z0-9._:-]+$")]
    ref_id: Short
    process: str = "NEW"
    source: Short = ""
    offline_mode: bool = False
    fields: dict[Short, msgspec.Raw] = {}
    meta_info: dict[Short, msgspec.Raw] = {}
    audits: Annotated[list[dict[Short, msgspec.Raw]], Meta(max_length=AUDITS_MAX)] = []
    biometrics: BiometricTree | None = None
    documents: dict[Short, msgspec.Raw] = {}
    finalise: bool = False
    finalize: bool = False
    parts: Annotated[int, Meta(ge=0, le=PARTS_MAX)] = 0


class Value(msgspec.Struct, frozen=True):
    """A value in a language."""

    value: str | int | float | bool | None = None
    language: Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9-]*$")] = ""


class Label(msgspec.Struct, frozen=True):
    """Something that a service tells about the making of a packet."""

    label: Short = ""
    value: str | int | float | bool | None = None


class Document(msgspec.Struct, frozen=True, rename="camel"):
    """A document: by value in base64, or by a reference with the SHA-256 of what lies there."""

    document: str = ""
    value: Short = ""
    type: Short = ""
    ref_number: Short = ""
    reference: Annotated[str, Meta(max_length=1_000)] = ""
    hash: Short = ""


class Quality(msgspec.Struct, frozen=True):
    """How good a biometric record is."""

    score: Annotated[int, Meta(ge=0, le=100)] | None = None


class Format(msgspec.Struct, frozen=True):
    """In which registered format a biometric record is."""

    organization: Short = ""
    type: Short = ""


class RecordInfo(msgspec.Struct, frozen=True):
    """What a biometric record is (`bdbInfo`)."""

    type: Annotated[list[Short], Meta(min_length=1, max_length=3)]
    subtype: Annotated[list[Short], Meta(max_length=5)] = []
    format: Format = Format()
    level: Literal["RAW", "INTERMEDIATE", "PROCESSED"] = "RAW"
    purpose: Literal["VERIFY", "IDENTIFY", "ENROLL", "ENROLLVERIFY", "ENROLLIDENTIFY", "AUDIT"] = "ENROLL"
    quality: Quality = Quality()


class Segment(msgspec.Struct, frozen=True):
    """One finger, iris or face, with its record in base64."""

    bdb_info: RecordInfo = msgspec.field(name="bdbInfo")
    bdb: Annotated[list[str], Meta(min_length=1, max_length=5)]


class BiometricTree(msgspec.Struct, frozen=True):
    """The CBEFF tree: the document names its list `segment`, its text `segments`."""

    segment: Annotated[list[msgspec.Raw], Meta(max_length=SEGMENTS_MAX)] = []
    segments: Annotated[list[msgspec.Raw], Meta(max_length=SEGMENTS_MAX)] = []


def packet_of(opened: Opened) -> Packet:
    """Return the packet that was opened; raises PacketInvalid, PacketTooLarge, and SignatureInvalid for another one."""
    if not _is_utf8(opened.text):
        raise PacketInvalid("The packet is not in UTF-8.")
    given = _read(opened.text, Packaged, "the packet")
    if (given.id, given.ref_id) != (opened.metadata.id, opened.metadata.ref_id):
        raise SignatureInvalid("id and refId of the packet are not those of its signed metadata.")
    told = _told(given)
    _check_maker(told, opened)
    documents, biometrics = documents_of(given.documents), _biometrics(given.biometrics)
    found = [*documents, *biometrics]
    content = Content(
        fields=fields_of(given.fields),
        pieces=tuple(piece for piece, _ in found),
        told=told,
        audits=tuple({name: _plain(bytes(raw)) for name, raw in one.items()} for one in given.audits),
    )
    # What was encrypted passed the door of the server unread.
    if "\x00" in given.source or b"\\u0000" in msgspec.json.encode(content):
        raise PacketInvalid("The packet holds a NUL character.")
    return Packet(
        reference=given.id,
        ref_id=given.ref_id,
        digest=opened.digest,
        signature=opened.signature,
        made_at=opened.made_at,
        process=process_named(given.process),
        source=given.source,
        officer=told.get("officerId", ""),
        content=content,
        contents={piece.digest: content for piece, content in found if content},
        finalise=given.finalise or given.finalize,
        parts=given.parts,
    )


def process_named(name: str) -> Process:
    """Return the process of a name; raises PacketInvalid for one that is not offered."""
    try:
        return Process(name)
    except ValueError as error:
        known = ", ".join(Process)
        raise PacketInvalid(f"process is one of {known}.", fields={"process": f"is one of {known}"}) from error


def fields_of(given: Mapping[str, msgspec.Raw]) -> dict[str, tuple[Text, ...]]:
    """Return the values of fields: given as text, as JSON in text, as objects or as lists of them."""
    if len(given) > FIELDS_MAX:
        raise PacketTooLarge(f"A packet has {FIELDS_MAX} fields at most.")
    return {name: _values(name, bytes(raw)) for name, raw in given.items()}


def documents_of(given: Mapping[str, msgspec.Raw]) -> list[tuple[Piece, bytes]]:
    """Return documents with their contents; one by reference has none here."""
    found: list[tuple[Piece, bytes]] = []
    for category, raw in given.items():
        text = bytes(raw)
        shape: type[list[Document]] | type[Document] = list[Document] if text.startswith(b"[") else Document
        read = _read(text, shape, f"documents.{category}")
        listed = read if isinstance(read, list) else [read]
        found += [
            _document(category if len(listed) == 1 else f"{category}-{number}", one)
            for number, one in enumerate(listed, start=1)
        ]
    if len(found) > DOCUMENTS_MAX:
        raise PacketTooLarge(f"A packet has {DOCUMENTS_MAX} documents at most.")
    return found


def _document(category: str, given: Document) -> tuple[Piece, bytes]:
    if given.document:
        content = _bytes(given.document, f"documents.{category}")
        return document_piece(category, content, number=given.ref_number, kind=given.type or given.value), content
    digest = given.hash.lower()
    if not given.reference or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        fault = "needs a document in base64, or a reference and the SHA-256 of what lies there"
        raise PacketInvalid(f"documents.{category} {fault}.", fields={f"documents.{category}": fault})
    piece = Piece(
        kind=Kind.DOCUMENT, name=category, digest=digest, type=given.type or given.value, number=given.ref_number,
        reference=given.reference,
    )  # fmt: skip
    return piece, b""


def _biometrics(tree: BiometricTree | None) -> list[tuple[Piece, bytes]]:
    if tree is None:
        return []
    found: dict[str, tuple[Piece, bytes]] = {}
    if len(tree.segment) + len(tree.segments) > SEGMENTS_MAX:
        raise PacketTooLarge(f"A packet has {SEGMENTS_MAX} biometric records at most.")
    for raw in (*tree.segment, *tree.segments):
        text = bytes(raw)
        if len(text) > SEGMENT_BYTES_MAX:
            raise PacketTooLarge(f"A biometric record has {SEGMENT_BYTES_MAX} bytes at most.")
        segment = _read(text, Segment, "a segment")
        info = segment.bdb_info
        kinds = [one.upper() for one in info.type]
        if not set(kinds) <= {"FACE", "FINGER", "IRIS"}:
            raise PacketInvalid("A biometric record is of FACE, FINGER or IRIS.")
        for one in segment.bdb:
            _bytes(one, "bdb")
        piece = Piece(
            kind=Kind.BIOMETRIC, name=" ".join([*kinds, *info.subtype]), digest=crypto.digest(text),
            type="+".join(kinds), format=f"{info.format.organization}/{info.format.type}".strip("/"),
            size_bytes=len(text), quality=info.quality.score,
        )  # fmt: skip
        found[piece.place] = (piece, text)
    return list(found.values())


def _told(given: Packaged) -> dict[str, str]:
    """Return what the service tells of the making of its packet; a part of it that cannot be read tells nothing."""
    told = {"offlineMode": "true"} if given.offline_mode else {}
    for name in ("metaData", "operationsData"):
        raw = bytes(given.meta_info.get(name, msgspec.Raw(b"[]")))
        try:
            text = msgspec.json.decode(raw, type=str).encode() if raw.startswith(b'"') else raw
            labels = msgspec.json.decode(text, type=list[Label])
        except (msgspec.MsgspecError, RecursionError):
            continue
        if len(labels) > LABELS_MAX:
            raise PacketTooLarge(f"metaInfo.{name} has {LABELS_MAX} labels at most.")
        told.update({one.label: str(one.value)[:LABEL_CHARACTERS_MAX] for one in labels if one.value is not None})
    return told


def _check_maker(told: Mapping[str, str], opened: Opened) -> None:
    station = opened.station
    if (told.get("centerId", station.centre), told.get("machineId", station.machine)) != (
        station.centre, station.machine,
    ):  # fmt: skip
        raise SignatureInvalid("centerId and machineId of the packet are not those of the service that signed it.")
    if station.officers and told.get("officerId") not in station.officers:
        raise SignatureInvalid("The officer of the packet does not work at the service that signed it.")


def _values(name: str, raw: bytes) -> tuple[Text, ...]:
    text = raw
    if raw.startswith(b'"'):
        plain = _read(raw, str, f"fields.{name}")
        inner = plain.strip()
        text = inner.encode() if inner[:1] in {"[", "{"} else raw
    if text[:1] == b"{":
        text = b"[" + text + b"]"
    if text[:1] == b"[":
        values = _read(text, list[Value], f"fields.{name}")
    else:
        values = [_read(b'{"value":' + text + b"}", Value, f"fields.{name}")]
    if len(values) > LANGUAGES_MAX:
        raise PacketTooLarge(f"fields.{name} has {LANGUAGES_MAX} values at most.")
    return tuple(Text(_value(name, one.value), one.language) for one in values)


def _value(name: str, value: object) -> str:
    text = "" if value is None else str(value).strip()
    if len(text) > VALUE_CHARACTERS_MAX:
        raise PacketTooLarge(f"fields.{name} has {VALUE_CHARACTERS_MAX} characters at most.")
    return text


def _plain(raw: bytes) -> str:
    text = msgspec.json.decode(raw, type=str) if raw.startswith(b'"') else raw.decode()
    return text[:LABEL_CHARACTERS_MAX]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _bytes(text: str, where: str) -> bytes:
    if len(text) > SEGMENT_BYTES_MAX * 4 // 3 + 4:
        raise PacketTooLarge(f"{where} is larger than what is taken in.")
    try:
        return base64.b64decode(text.translate(_FROM_URL) + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise PacketInvalid(f"{where} is not base64.", fields={where: "is not base64"}) from error


_FROM_URL = str.maketrans("-_", "+/")


def _read(text: bytes, shape: type[Shape], where: str) -> Shape:
    try:
        return msgspec.json.decode(text, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PacketInvalid(f"{where[:1].upper()}{where[1:]} is not as the API describes it.") from error
    except RecursionError as error:
        raise PacketInvalid(f"{where[:1].upper()}{where[1:]} is nested too deeply.") from error
