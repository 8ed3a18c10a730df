"""A document, where it belongs, and when it may be replaced."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from govstack.pillars.learn.learning.xapi.errors import Changed, MustLook, NotAStatement

CONTENT_BYTES_MAX = 1_000_000
DOCUMENTS_LISTED_MAX = 1_000
Kind: TypeAlias = Literal["state", "activity", "agent"]
LAUNCH_DATA = "LMS.LaunchData"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document belongs. `agents` are the fingerprints of one agent, the present first; "" means none."""

    kind: Kind
    activity: str = ""
    agents: tuple[str, ...] = ("",)
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a row holds it, its content sealed."""

    id: str
    media_type: str
    etag: str
    changed_at: str
    content: bytes


def etag_of(content: bytes) -> str:
    """Return the entity tag of a content, as the specification wants it made."""
    return f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'


def check_unchanged(known: str, *, if_match: str, if_none_match: str, must_look: bool) -> None:
    """Refuse to replace what the sender has not seen; `known` is the tag of what is there, "" for nothing.

    Raises Changed, or MustLook where a profile is replaced without a word about what is there.
    """
    tags = _tags(if_match)
    if tags and known not in tags and not ("*" in tags and known):
        raise Changed
    nots = _tags(if_none_match)
    if nots and known and ("*" in nots or known in nots):
        raise Changed
    if must_look and known and not tags and not nots:
        raise MustLook


def _tags(header: str) -> set[str]:
    """Return the tags of a header field, also of a sender who leaves the quotation marks out."""
    told = {tag.strip().removeprefix("W/") for tag in header.split(",")} - {""}
    return {tag if tag == "*" or tag.startswith('"') else f'"{tag}"' for tag in told}


def joined(known: bytes, known_type: str, told: bytes, told_type: str) -> bytes:
    """Return two JSON objects as one, names of the second one winning; raises NotAStatement for anything else."""
    if not (_is_json(known_type) and _is_json(told_type)):
        raise NotAStatement("Only a JSON object is added to a JSON object. Use PUT to replace the document.")
    return msgspec.json.encode({**_object(known), **_object(told)})


def _is_json(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == JSON


def _object(content: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAStatement("A document that is added to is a JSON object.") from error


def check_json(content: bytes, media_type: str, *, whole: bool) -> None:
    """Refuse what calls itself JSON and is none; one that is added, not whole, is an object. Others are not read."""
    if not _is_json(media_type):
        return
    if not whole:
        _object(content)
        return
    try:
        msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAStatement("The document is not valid JSON in UTF-8.") from error
