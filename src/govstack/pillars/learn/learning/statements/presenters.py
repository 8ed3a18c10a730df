"""Statements in the shapes that a reader may ask for: exact, ids alone, or canonical in one language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import format_datetime
from typing import Any

import msgspec

from govstack.kernel import clock, ids
from govstack.pillars.learn.learning.attachments.model import Part

_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")
_ASIDE = ("instructor", "team")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


class Stored(msgspec.Struct, frozen=True):
    """When a statement was stored."""

    stored: str


def result(bodies: Iterable[bytes], more: str) -> bytes:
    """Return a StatementResult of statements as they are kept."""
    return b'{"statements":[' + b",".join(bodies) + b'],"more":' + msgspec.json.encode(more) + b"}"


def multipart(body: bytes, parts: Iterable[Part]) -> tuple[bytes, str]:
    """Return an answer with its files, each as a part of its own, and its type."""
    # A boundary that nobody could know cannot stand in a file.
    boundary = ids.new_secret()
    mark = b"--" + boundary.encode()
    pieces = [mark, b"Content-Type: application/json", b"", body]
    for one in parts:
        pieces += [
            mark,
            f"Content-Type: {one.media_type}".encode("latin-1"),
            b"Content-Transfer-Encoding: binary",
            f"X-Experience-API-Hash: {one.sha2}".encode(),
            b"",
            one.content,
        ]
    return b"\r\n".join([*pieces, mark + b"--", b""]), f'multipart/mixed; boundary="{boundary}"'


def last_modified(body: bytes) -> str:
    """Return when a statement was stored, as a header field says it."""
    stored = msgspec.json.decode(body, type=Stored).stored
    return format_datetime(clock.parse(stored), usegmt=True)


def activities_of(statement: Mapping[str, Any]) -> Iterator[str]:
    """Return the ids of every activity in a statement."""
    about = statement.get("object", {})
    if about.get("objectType", "Activity") == "Activity":
        yield about["id"]
    if about.get("objectType") == "SubStatement":
        yield from activities_of(about)
    for found in statement.get("context", {}).get("contextActivities", {}).values():
        for one in found if isinstance(found, list) else [found]:
            yield one["id"]


def ids_only(statement: dict[str, Any]) -> dict[str, Any]:
    """Return a statement that names everything by nothing but its id."""
    return _mapped(statement, party=_party_id, verb=lambda one: {"id": one["id"]}, activity=_activity_id)


def canonical(
    statement: dict[str, Any], known: Mapping[str, Mapping[str, Any]], languages: Sequence[str]
) -> dict[str, Any]:
    """Return a statement with what is known of each activity, every text in one language."""

    def verb(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "display": in_one(one["display"], languages)} if "display" in one else one

    def activity(one: dict[str, Any]) -> dict[str, Any]:
        found = dict(known.get(one["id"], one.get("definition", {})))
        for name in ("name", "description"):
            if name in found:
                found[name] = in_one(found[name], languages)
        for name in _COMPONENTS:
            if name in found:
                found[name] = [
                    {**part, "description": in_one(part["description"], languages)} if "description" in part else part
                    for part in found[name]
                ]
        return {**one, **({"definition": found} if found else {})}

    return _mapped(statement, party=lambda one: one, verb=verb, activity=activity)


def in_one(texts: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return the text in the first language that there is, else any."""
    for language in languages:
        for tag, text in texts.items():
            if tag.lower() == language or tag.lower().partition("-")[0] == language.partition("-")[0]:
                return {tag: text}
    return dict(list(texts.items())[:1])


def languages(accept: str) -> list[str]:
    """Return the languages of an Accept-Language header, the preferred one first."""
    weighed: list[tuple[float, str]] = []
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip().lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda pair: pair[0]) if tag]


def _mapped(statement: dict[str, Any], *, party: Any, verb: Any, activity: Any) -> dict[str, Any]:
    shown = dict(statement)
    shown["actor"], shown["verb"] = party(shown["actor"]), verb(shown["verb"])
    if "authority" in shown:
        shown["authority"] = party(shown["authority"])
    about = shown["object"]
    kind = about.get("objectType", "Activity")
    if kind == "Activity":
        shown["object"] = activity(about)
    elif kind in {"Agent", "Group"}:
        shown["object"] = party(about)
    elif kind == "SubStatement":
        shown["object"] = _mapped(about, party=party, verb=verb, activity=activity)
    if "context" in shown:
        context = dict(shown["context"])
        context.update({name: party(context[name]) for name in _ASIDE if name in context})
        if "contextActivities" in context:
            context["contextActivities"] = {
                name: [activity(one) for one in (found if isinstance(found, list) else [found])]
                for name, found in context["contextActivities"].items()
            }
        shown["context"] = context
    return shown


def _party_id(one: dict[str, Any]) -> dict[str, Any]:
    named = {name: one[name] for name in _IDENTIFIERS if name in one}
    kind = {"objectType": one["objectType"]} if "objectType" in one else {}
    if not named and "member" in one:
        return {**kind, "member": [_party_id(member) for member in one["member"]]}
    return {**kind, **named}


def _activity_id(one: dict[str, Any]) -> dict[str, Any]:
    kind = {"objectType": one["objectType"]} if "objectType" in one else {}
    return {**kind, "id": one["id"]}
