"""What a tool is asked when content is chosen in it, and what is taken of its answer (LTI Deep Linking 2.0)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.choosing.errors import NotAChoice
from govstack.pillars.learn.learning.platforms.errors import NotATool
from govstack.pillars.learn.learning.platforms.model import (
    CLAIM,
    Address,
    Custom,
    Graded,
    LinkCard,
    Points,
    Tool,
    Word,
    check_addresses,
)

DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim"
REQUEST, RESPONSE, VERSION = "LtiDeepLinkingRequest", "LtiDeepLinkingResponse", "1.3.0"
LINK = "ltiResourceLink"
ITEMS_MAX = 50
SAID_CHARACTERS_MAX = 500
NONCE_CHARACTERS_MAX = 255
DATA_CHARACTERS_MAX = 255
KEPT_SECONDS = 86_400


class Reason(StrEnum):
    """Why something that was chosen is not taken."""

    KIND = "kind"
    ADDRESS = "address"
    SHAPE = "shape"


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A link that was chosen, with the id that it gets; `dated` where the tool told dates, which are not taken."""

    id: str
    card: LinkCard
    dated: bool = False


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen and is not taken."""

    kind: str
    title: str
    reason: Reason


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool answered: links, what is not taken, and what the tool says about it."""

    links: tuple[Offered, ...] = ()
    left: tuple[Left, ...] = ()
    said: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who chooses in a tool, who is `subject` there; `found` counts once the tool has answered."""

    id: str
    tool_id: str
    person_id: str
    subject: str
    course_id: str
    language: str
    expires_at: str
    found: Found


class _Line(msgspec.Struct, rename="camel"):
    """How a chosen link is graded (section 2.2.1 of the standard)."""

    score_maximum: Points
    label: Annotated[str, Meta(max_length=500)] | None = None
    resource_id: Word | None = None
    tag: Word | None = None


class _Item(msgspec.Struct, rename="camel"):
    """A chosen link (section 2.2.1); what is about windows and pictures is not read."""

    title: Annotated[str, Meta(max_length=500)] | None = None
    text: Annotated[str, Meta(max_length=2_000)] | None = None
    url: Address | None = None
    custom: Custom | None = None
    line_item: _Line | None = None
    available: Mapping[str, Any] | None = None
    submission: Mapping[str, Any] | None = None


def settings(*, back: str, data: str) -> dict[str, object]:
    """Return what a tool is told about what may be chosen, and where it sends the answer (section 2.1.1)."""
    return {
        "deep_link_return_url": back, "accept_types": [LINK], "accept_presentation_document_targets": ["window"],
        "accept_multiple": True, "accept_lineitem": True, "auto_create": False, "data": data,
    }  # fmt: skip


def checked(said: Mapping[str, Any], tool: Tool) -> tuple[str, str]:
    """Return the nonce and the value that an answer hands back; raises NotAChoice for another message or deployment."""
    nonce, data = said.get("nonce"), said.get(f"{DEEP}/data")
    fits = (
        said.get(f"{CLAIM}/message_type") == RESPONSE
        and said.get(f"{CLAIM}/version") == VERSION
        and said.get(f"{CLAIM}/deployment_id") == tool.card.deployment_id
    )
    if not fits or not _is_text(nonce, NONCE_CHARACTERS_MAX) or not _is_text(data, DATA_CHARACTERS_MAX):
        raise NotAChoice
    return str(nonce), str(data)


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def found(
    said: Mapping[str, Any], tool: Tool, choice: Choice, *, fresh: Callable[[], str], plain: bool
) -> Found:  # fmt: skip
    """Return what was chosen, each link with a `fresh` id, and what is not taken; raises NotAChoice for too much."""
    items = said.get(f"{DEEP}/content_items", [])
    if not isinstance(items, list) or len(items) > ITEMS_MAX:
        raise NotAChoice
    read = [_read(one, tool, choice, fresh=fresh, plain=plain) for one in items]
    return Found(
        links=tuple(one for one in read if isinstance(one, Offered)),
        left=tuple(one for one in read if isinstance(one, Left)),
        said=_first(said.get(f"{DEEP}/msg")), fault=_first(said.get(f"{DEEP}/errormsg")),
    )  # fmt: skip


def _first(text: object) -> str:
    """Return as much of a text as is kept."""
    return text.strip()[:SAID_CHARACTERS_MAX] if isinstance(text, str) else ""


def _read(
    given: object, tool: Tool, choice: Choice, *, fresh: Callable[[], str], plain: bool
) -> Offered | Left:  # fmt: skip
    told: Mapping[str, Any] = given if isinstance(given, dict) else {}
    kind, title = _first(told.get("type")), _first(told.get("title"))
    if kind != LINK:
        return Left(kind=kind, title=title, reason=Reason.KIND if kind else Reason.SHAPE)
    try:
        item = msgspec.convert(told, _Item)
        # Without an address it is the tool's own one (section 2.2.1).
        target = item.url or tool.card.redirect_uris[0]
        check_addresses(target, plain=plain)
    except msgspec.ValidationError:
        return Left(kind=kind, title=title, reason=Reason.SHAPE)
    except NotATool:
        return Left(kind=kind, title=title, reason=Reason.ADDRESS)
    text = (item.text or "").strip()
    titles = {choice.language: title} if title else tool.card.titles
    card = LinkCard(
        tool_id=tool.id, titles=titles, target=target, custom=item.custom or {}, graded=_graded(item.line_item),
        texts={choice.language: text} if text else {}, course_id=choice.course_id,
    )  # fmt: skip
    return Offered(id=fresh(), card=card, dated=bool(item.available or item.submission))


def _graded(line: _Line | None) -> Graded | None:
    if line is None:
        return None
    return Graded(maximum=line.score_maximum, resource_id=line.resource_id or "", tag=line.tag or "")
