"""What stands in a packet, its signed metadata, and how packets that come in any order make one enrolment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from govstack.blocks.identity.packets.errors import PacketInvalid, PacketTooLarge, SignatureInvalid
from govstack.kernel import clock, crypto
from govstack.kernel.i18n import _

CLOCK_SKEW = timedelta(minutes=5)
REFERENCE_CHARACTERS_MAX = 100
NO_NAMES: Mapping[str, str] = {}
DOCUMENT_BYTES_MAX = 2_000_000
FORMATS: Mapping[str, bytes] = {"pdf": b"%PDF-", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}


class Process(StrEnum):
    """What an enrolment is for: somebody new, a change, or somebody who lost what they were identified by."""

    NEW = "NEW"
    UPDATE = "UPDATE"
    LOST = "LOST"


class Kind(StrEnum):
    """What a piece of a packet is."""

    DOCUMENT = "document"
    BIOMETRIC = "biometric"


class Text(msgspec.Struct, frozen=True):
    """A value in a language; no language where it has none."""

    value: str
    language: str = ""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A document or a biometric record of a packet: its content is kept apart, here stands what it is.

    `digest` is the SHA-256 of the content. A document by `reference` has no content here.
    """

    kind: Kind
    name: str
    digest: str
    type: str = ""
    format: str = ""
    number: str = ""
    reference: str = ""
    size_bytes: int = 0
    quality: int | None = None

    @property
    def place(self) -> str:
        """Return what the piece is one of: the same place again means a newer one of it."""
        return f"{self.kind}/{self.name}"


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a packet says: values of fields, its pieces, what the service told about its making, and its own trail."""

    fields: dict[str, tuple[Text, ...]] = {}
    pieces: tuple[Piece, ...] = ()
    told: dict[str, str] = {}
    audits: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that was opened: `reference` names its enrolment, `digest` its exact bytes.

    `parts` is how many packets the enrolment has, 0 when nobody said. `contents` holds pieces by their digest.
    """

    reference: str
    ref_id: str
    digest: str
    signature: str
    made_at: str
    process: Process
    source: str
    officer: str
    content: Content
    contents: Mapping[str, bytes]
    finalise: bool = False
    parts: int = 0


class SignedMetadata(msgspec.Struct, frozen=True, rename="camel"):
    """What a service signs: the SHA-256 of its packet (base64url), which packet it is, who made it and when."""

    hash: str
    id: str
    ref_id: str
    creation_date: str


@dataclass(frozen=True, slots=True)
class Part:
    """A packet of an enrolment as it is kept."""

    digest: str
    made_at: str
    content: Content


def check_made_at(told: str, *, now: datetime, days_max: int) -> str:
    """Return when a packet was made; raises SignatureInvalid for a time to come or one too long ago."""
    try:
        made = clock.parse(told)
    except ValueError as error:
        raise SignatureInvalid(_("creationDate of the signed metadata is no moment with a time zone.")) from error
    if made > now + CLOCK_SKEW:
        raise SignatureInvalid(_("The packet was made in the future. Set the clock of the machine that made it."))
    if made < now - timedelta(days=days_max):
        raise SignatureInvalid(_("The packet is too old to be taken in. Make it again."))
    return clock.timestamp(made)


def merged(
    parts: Iterable[Part], *, names: Mapping[str, str] = NO_NAMES, joined: frozenset[str] = frozenset()
) -> Content:
    """Return what an enrolment says: each packet changes what it names, the later made one wins, in any order.

    `names` tells which fields are names of one thing, so that each takes the place of the others; those of `joined`
    are parts of it, and only the whole takes their place.
    """
    fields: dict[str, tuple[Text, ...]] = {}
    pieces: dict[str, Piece] = {}
    told: dict[str, str] = {}
    for part in sorted(parts, key=lambda one: (one.made_at, one.digest)):
        said = {name: names.get(name, name) for name in part.content.fields}
        anew = {thing for name, thing in said.items() if name == thing or thing not in joined}
        fields = {name: texts for name, texts in fields.items() if names.get(name, name) not in anew}
        fields.update(part.content.fields)
        pieces.update({piece.place: piece for piece in part.content.pieces})
        told.update(part.content.told)
    return Content(fields=fields, pieces=tuple(pieces.values()), told=told)


def document_piece(category: str, content: bytes, *, number: str = "", kind: str = "") -> Piece:
    """Return a document that is sent by value; raises PacketInvalid for one that is no PDF, JPEG or PNG."""
    form = next((name for name, start in FORMATS.items() if content.startswith(start)), "")
    if not form:
        raise PacketInvalid("A document is a PDF, JPEG or PNG.", fields={category: "is a PDF, JPEG or PNG"})
    if len(content) > DOCUMENT_BYTES_MAX:
        raise PacketTooLarge(f"A document has {DOCUMENT_BYTES_MAX} bytes at most.", fields={category: "is too large"})
    return Piece(
        kind=Kind.DOCUMENT, name=category, digest=crypto.digest(content), type=kind, format=form, number=number,
        size_bytes=len(content),
    )  # fmt: skip


def as_part(packet: Packet) -> Part:
    """Return a packet as it is kept."""
    return Part(packet.digest, packet.made_at, packet.content)
