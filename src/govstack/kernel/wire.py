"""Reading requests and writing answers on the wire: limits, encodings, UTF-8, and the standard headers."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from govstack.kernel.documents import misfit, read_yaml
from govstack.kernel.errors import BadRequest, BodyMissing, TooLarge, Unsupported
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Operation, Upload

HEADER_BYTES_MAX = 32_768
HEADERS_MAX = 100
QUERY_CHARACTERS_MAX = 16_384
QUERY_FIELDS_MAX = 200
# Numbers of pages and entries: what databases count with, so that no address can overflow them.
QUERY_NUMBER_MAX = 2**31 - 1
BODY_SECONDS_MAX = 30.0
FORM_FIELDS_MAX = 1_000
FORM_FILES_MAX = 20
JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# An even number of backslashes before it would make it text that only looks like an escape.
_NUL_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
YAML_TYPES = ("text/yaml", "application/yaml", "application/x-yaml")

Scope = Mapping[str, Any]


def read_headers(scope: Scope) -> tuple[dict[str, str], bool]:
    """Return the header fields by lower-case name, and whether they keep within the limits.

    Repeated ones are joined by a comma (cookies by a semicolon).
    """
    pairs = scope["headers"]
    headers: dict[str, str] = {}
    size = 0
    for name, value in pairs:
        size += len(name) + len(value)
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        if key in headers:
            text = f"{headers[key]}{'; ' if key == 'cookie' else ', '}{text}"
        headers[key] = text
    return headers, size <= HEADER_BYTES_MAX and len(pairs) <= HEADERS_MAX


def read_query(raw: bytes, shape: type[msgspec.Struct]) -> tuple[Any, str]:
    """Return the query parameters as their declared shape; of a repeated parameter the last value counts (SD-3)."""
    if not raw and not shape.__struct_fields__:
        return _EMPTY_QUERY.setdefault(shape, shape()), ""
    text = raw.decode("latin-1")
    values = dict(query_pairs(text))
    try:
        found = msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error, "query") from error
    for name, written in zip(shape.__struct_fields__, shape.__struct_encode_fields__, strict=True):
        number = getattr(found, name)
        if isinstance(number, int) and abs(number) > QUERY_NUMBER_MAX:
            raise BadRequest(f"{written} is too large.", fields={written: "is too large"})
    return found, text


_EMPTY_QUERY: dict[type[msgspec.Struct], Any] = {}


def query_pairs(raw_query: str) -> list[tuple[str, str]]:
    """Return the decoded parameters of a query string in order; raises BadRequest past the limits or for non-UTF-8."""
    if len(raw_query) > QUERY_CHARACTERS_MAX:
        raise TooLarge(_("The query is too long."))
    try:
        pairs = parse_qsl(raw_query, keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS_MAX)
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequest(_("The query is not UTF-8, or has too many parameters.")) from error
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise BadRequest(_("The query holds a NUL character."))
    return pairs


def invalid(error: msgspec.ValidationError, where: str) -> BadRequest:
    """Return the refusal that names the part of a body or query that a value does not fit, and why."""
    name, why = misfit(error, where)
    return BadRequest(f"{f'The {where}' if name == where else name} {why}.", fields={name: why})


async def read_body(scope: Scope, receive: Any, *, most: int, headers: Mapping[str, str]) -> bytes:
    """Return the whole body within its limits of size and time."""
    length = headers.get("content-length", "")
    if length and (not (length.isascii() and length.isdigit()) or int(length) > most):
        raise TooLarge(f"The body is larger than {most} bytes.")
    if not length and "transfer-encoding" not in headers and scope.get("http_version") != "2":
        # No length and no chunks: no body (RFC 9112 section 6.3). In-process callers always state a length.
        return b""
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise BadRequest("The connection closed before the whole request had arrived.")
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"The body is larger than {most} bytes.")
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks) if len(chunks) != 1 else chunk
    except TimeoutError as error:
        raise BadRequest(_("The request took too long to arrive.")) from error


def decode_body(call: Call, operation: Operation) -> Any:
    """Return the body as the declared shape; raises BadRequest naming the field that does not fit."""
    body = call.body_bytes
    media, _, parameters = call.content_type.partition(";")
    media = media.strip().lower()
    _refuse_other_charset(parameters)
    if not body:
        raise BodyMissing
    if media in YAML_TYPES and media in operation.body_types:
        return _shaped(read_yaml(_text(body)), operation)
    if media in FORM_TYPES and media in operation.body_types:
        return _shaped(dict(call.form), operation)
    if media and media not in operation.body_types and not (media.endswith("+json") or media == "application/json"):
        raise Unsupported(f"Send {' or '.join(operation.body_types)}.")
    return read_json(body, operation.body)


def read_json(body: bytes, shape: Any) -> Any:
    """Return JSON as a shape; raises BadRequest for what is none, does not fit, or names one thing twice."""
    if b"\x00" in body or (b"\\u0000" in body and _NUL_ESCAPED.search(body)):
        raise BadRequest("The body holds a NUL character.")
    try:
        # The decoder skips what the shape does not name without looking at its encoding.
        text = body.decode("utf-8")
        value = msgspec.json.decode(text, type=shape)
        _NAMES.decode(text)
    except msgspec.ValidationError as error:
        raise invalid(error, "body") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest("The body is not valid JSON in UTF-8.") from error
    except RecursionError as error:
        raise BadRequest("The body is nested too deeply.") from error
    return value


def _refuse_repeated(pairs: list[tuple[str, object]]) -> None:
    # Systems differ in which of them counts (RFC 8259 section 4), and the decoder does not tell that there are two.
    if len(dict(pairs)) != len(pairs):
        raise BadRequest("The body names one thing twice in an object. Send each name once.")


# Made once: what reads a body again only to see whether a name stands in it twice.
_NAMES = json.JSONDecoder(object_pairs_hook=_refuse_repeated, parse_int=bool, parse_float=bool)


def _shaped(value: Any, operation: Operation) -> Any:
    try:
        return msgspec.convert(value, operation.body, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error, "body") from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("The body is not valid YAML in UTF-8.") from error


async def read_form(call: Call, *, part_bytes_max: int) -> None:
    """Fill the call's form fields and files from a urlencoded or multipart body; of repeated fields the last counts.

    Raises Unsupported for another type, and BadRequest for what is cut off, too much, or not UTF-8.
    """
    media, _semicolon, parameters = call.content_type.partition(";")
    media = media.strip().lower()
    if not call.body_bytes:
        return
    if media not in FORM_TYPES:
        raise Unsupported(_("Send a form."))
    _refuse_other_charset(parameters)
    if media == FORM_TYPES[1]:
        await _read_multipart(call, part_bytes_max)
        return
    try:
        pairs = parse_qsl(
            call.body_bytes.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS_MAX
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise BadRequest(_("The form is not UTF-8, or has too many fields.")) from error
    for name, value in pairs:
        _enter(call, name, value)


def _refuse_other_charset(parameters: str) -> None:
    if "charset" in parameters.lower() and "utf-8" not in parameters.lower().replace("utf8", "utf-8"):
        raise BadRequest(_("Send text as UTF-8."))


class _Parts(MultiPartParser):
    """Reads a multipart body that is whole and in UTF-8: the library takes one that ends early, or guesses."""

    ended = False

    def on_headers_finished(self) -> None:
        """Take the name of a part; raises UnicodeDecodeError."""
        (self._current_part.content_disposition or b"").decode("utf-8")
        super().on_headers_finished()

    def on_part_end(self) -> None:
        """Take a field; raises UnicodeDecodeError."""
        if self._current_part.file is None:
            self._current_part.data.decode("utf-8")
        super().on_part_end()

    def on_end(self) -> None:
        """Take the end of the last part."""
        self.ended = True


async def _read_multipart(call: Call, part_bytes_max: int) -> None:
    async def body() -> AsyncGenerator[bytes, None]:
        yield call.body_bytes

    headers = Headers({"content-type": call.content_type})
    parts = _Parts(headers, body(), max_files=FORM_FILES_MAX, max_fields=FORM_FIELDS_MAX, max_part_size=part_bytes_max)
    try:
        form = await parts.parse()
        if not parts.ended:
            raise MultiPartException("The body is cut off.")
    except (MultiPartException, UnicodeError, ValueError, KeyError) as error:
        raise BadRequest(_("The form could not be read.")) from error
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read()
                call.files[name] = Upload(value.filename or "", value.content_type or "", content)
            else:
                _enter(call, name, value)
    finally:
        await form.close()


def _enter(call: Call, name: str, value: str) -> None:
    if "\x00" in value or "\x00" in name:
        raise BadRequest(_("The form holds a NUL character."))
    call.form[name] = value
    call.form_lists.setdefault(name, []).append(value)


def encode(answer: Answer) -> bytes:
    """Return the bytes of an answer."""
    if answer.body is not None:
        return answer.body
    if answer.value is None:
        return b""
    return msgspec.json.encode(answer.value)


def header_pairs(answer: Answer, body: bytes | None, correlation_id: str, *, page: bool) -> list[tuple[bytes, bytes]]:
    """Return the header fields of an answer: declared ones, and those every answer carries."""
    pairs = [(b"x-correlation-id", correlation_id.encode("latin-1"))]
    if body is not None:
        pairs.append((b"content-length", str(len(body)).encode()))
    names = {name.lower() for name in answer.headers}
    bodiless = body == b"" and answer.status in {204, 304}
    if answer.media_type and "content-type" not in names and not bodiless:
        pairs.append((b"content-type", answer.media_type.encode("latin-1")))
    pairs.extend((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items())
    if "cache-control" not in names:
        pairs.append((b"cache-control", b"no-store"))
    pairs.append((b"x-content-type-options", b"nosniff"))
    if page:
        pairs.extend(pair for pair in PAGE_HEADERS if pair[0].decode() not in names)
    pairs.extend((b"set-cookie", cookie.encode("latin-1")) for cookie in answer.cookies)
    return pairs


CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


def policy_leading_to(origin: str) -> dict[str, str]:
    """Return the header of a page whose form ends at another origin: browsers hold redirects to the policy too."""
    return {"Content-Security-Policy": f"{CONTENT_POLICY} {origin}"}


PAGE_HEADERS = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
