"""A request of several parts, read and written; hashes of files; and signatures of statements."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from msgspec import UnsetType
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from govstack.pillars.learn.learning.xapi.errors import NotAStatement
from govstack.pillars.learn.learning.xapi.model import Attachment

PARTS_MAX = 100
# What a setting may allow at most, and what one answer carries at most.
PARTS_BYTES_MAX = 20_000_000
ANSWERED_BYTES_MAX = 64_000_000
SIGNATURE_BYTES_MAX = 2_000_000
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
ALGORITHMS = ("RS256", "RS384", "RS512")
_OCTETS, _JSON = "application/octet-stream", "application/json"
# By the number of hexadecimal digits.
_HASHES = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A file: its hash as the statement names it, in small letters, its type, and its bytes."""

    sha2: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """Which statement has which file, and how large that is."""

    position: int
    content_id: str
    length: int


class _Registry(JWSRegistry):
    """Reads signatures whose header brings certificates along; the library expects smaller ones."""

    max_header_length = SIGNATURE_BYTES_MAX
    max_payload_length = SIGNATURE_BYTES_MAX


class _Body:
    """What the parser tells of a body: header fields and bytes of each part, and whether it came to its end."""

    def __init__(self) -> None:
        self.parts: list[tuple[dict[str, str], bytearray]] = []
        self.ended = False
        self._name, self._value = bytearray(), bytearray()

    def on_part_begin(self) -> None:
        """Begin a part."""
        if len(self.parts) > PARTS_MAX:
            raise NotAStatement(f"Send {PARTS_MAX} files at once at most.")
        self.parts.append(({}, bytearray()))

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the name of a header field."""
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the value of a header field."""
        self._value += data[start:end]

    def on_header_end(self) -> None:
        """Take a header field."""
        self.parts[-1][0][self._name.decode("latin-1").lower()] = self._value.decode("latin-1").strip()
        self._name, self._value = bytearray(), bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of the content of a part."""
        self.parts[-1][1].extend(memoryview(data)[start:end])

    def on_end(self) -> None:
        """Note that the last boundary was seen."""
        self.ended = True


def read(content_type: str, body: bytes) -> tuple[bytes, dict[str, Part]]:
    """Return the statements and the files of a multipart/mixed body, files by hash; raises NotAStatement."""
    parts = _parts(content_type, body)
    if not parts or _media(parts[0][0]) != _JSON:
        raise NotAStatement("The first part holds the statements as application/json.")
    files: dict[str, Part] = {}
    for headers, content in parts[1:]:
        if headers.get("content-transfer-encoding", "").lower() != "binary":
            raise NotAStatement("Each part with a file says Content-Transfer-Encoding: binary.")
        sha2 = headers.get("x-experience-api-hash", "").lower()
        if hash_of(content, sha2) != sha2:
            raise NotAStatement(
                "Each part with a file names its SHA-2 in X-Experience-API-Hash, and it is the right one."
            )
        files[sha2] = Part(sha2, headers.get("content-type", ""), bytes(content))
    return bytes(parts[0][1]), files


def _parts(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytearray]]:
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    found = _Body()
    if not boundary:
        raise NotAStatement("A body of several parts names its boundary in Content-Type.")
    # What stands before the first boundary is no part (RFC 2046 section 5.1.1).
    start = 0 if body.startswith(b"--" + boundary) else body.find(b"\r\n--" + boundary) + 2
    if start == 1:
        raise NotAStatement("The boundary that Content-Type names is not in the body.")
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": found.on_part_begin, "on_header_field": found.on_header_field,
                "on_header_value": found.on_header_value, "on_header_end": found.on_header_end,
                "on_part_data": found.on_part_data, "on_end": found.on_end,
            },
        )  # fmt: skip
        parser.write(body[start:] if start else body)
        parser.finalize()
    except FormParserError as error:
        raise NotAStatement("The parts of the body could not be read.") from error
    if not found.ended:
        raise NotAStatement("The body ends before its last boundary.")
    return found.parts


def _media(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def hash_of(content: bytes | bytearray, like: str) -> str:
    """Return the SHA-2 of a content that is as long as another one, "" where that has no length of a SHA-2."""
    name = _HASHES.get(len(like))
    return hashlib.new(name, content).hexdigest() if name else ""


def check(told: Iterable[Attachment], parts: Mapping[str, Part]) -> None:
    """Refuse files that no statement names, and names of files that lead nowhere; raises NotAStatement."""
    named: set[str] = set()
    for one in told:
        sha2 = one.sha2.lower()
        named.add(sha2)
        if isinstance(one.fileUrl, UnsetType) and sha2 not in parts:
            raise NotAStatement("An attachment without a fileUrl needs its file in a part of its own.")
    if parts.keys() - named:
        raise NotAStatement("A part holds a file that no statement names by its sha2.")


def signed(told: Attachment, parts: Mapping[str, Part]) -> bytes:
    """Return the statement that a signature was made for (xAPI 1.0.3 part two, section 2.6); raises NotAStatement.

    The signature is checked by the certificate that it brings along, where it brings one; who owns that is not asked.
    """
    part = parts.get(told.sha2.lower())
    if part is None or told.contentType.partition(";")[0].strip().lower() != _OCTETS:
        raise NotAStatement("A signature comes as a part of its own, as application/octet-stream.")
    try:
        if len(part.content) > SIGNATURE_BYTES_MAX:
            raise ValueError("A signature is no larger than what it signs.")
        registry = _Registry(algorithms=ALGORITHMS)
        found = jws.extract_compact(part.content, registry=registry)
        header: Mapping[str, Any] = found.headers()
        if header.get("alg") not in ALGORITHMS:
            raise ValueError("Other algorithms are none of xAPI.")
        if "x5c" in header:
            found = jws.deserialize_compact(part.content, _key(header["x5c"]), registry=registry)
        return found.payload
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotAStatement("The signature is no JSON Web Signature by RS256, RS384 or RS512 that fits.") from error


def _key(chain: list[str]) -> RSAKey:
    key = load_der_x509_certificate(base64.b64decode(chain[0], validate=True)).public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("A certificate of another kind of key cannot have made this signature.")
    return RSAKey.import_key(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def fitting(places: list[int], held: Iterable[Held]) -> int:
    """Return how many of the statements at some places one answer carries with their files: at least one."""
    by_place: dict[int, list[Held]] = {}
    for one in held:
        by_place.setdefault(one.position, []).append(one)
    seen: set[str] = set()
    size = 0
    for number, place in enumerate(places):
        fresh = [one for one in by_place.get(place, ()) if one.content_id not in seen]
        size += sum(one.length for one in fresh)
        if number and size > ANSWERED_BYTES_MAX:
            return number
        seen.update(one.content_id for one in fresh)
    return len(places)
