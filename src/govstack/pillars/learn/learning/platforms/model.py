"""Tools, links, and the message by which a tool learns who comes (LTI 1.3 core, 1EdTech security framework 1.0)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from govstack.kernel.crypto import from_base64url
from govstack.pillars.learn.learning.platforms.errors import (
    KeysMissing,
    NotATool,
    NotOurLaunch,
    NotParameters,
    NotSigned,
)

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
COURSE = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"
MESSAGE_SECONDS = 300
LAUNCH_SECONDS = 600
ADDRESSES_MAX = 20
CUSTOM_MAX = 50
ALGORITHM = "RS256"
TOOL_ALGORITHMS = ("RS256", "PS256", "ES256")
TOOL_KEYS_MAX = 20
TOKEN_CHARACTERS_MAX = 100_000
# What a tool signs is remembered until it ends, so it must end soon.
SIGNED_SECONDS_MAX = 3_600
CLOCK_SKEW_SECONDS = 30
AGS = "https://purl.imsglobal.org/spec/lti-ags"
LINES, LINES_READ = f"{AGS}/scope/lineitem", f"{AGS}/scope/lineitem.readonly"
SCORES, RESULTS_READ = f"{AGS}/scope/score", f"{AGS}/scope/result.readonly"
SCOPES = (LINES, LINES_READ, SCORES, RESULTS_READ)
NRPS = "https://purl.imsglobal.org/spec/lti-nrps"
MEMBERS_READ = f"{NRPS}/scope/contextmembership.readonly"
KEY_BITS = 2_048
KEYS_PUBLISHED_MAX = 3

# The host goes into a header of the page that leads there: it holds nothing but a name or a number, and a port.
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?][!-\"$-~]*)?")

Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._~-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Description = Annotated[str, Meta(min_length=1, max_length=2_000)]
Titles = Annotated[dict[str, Text], Meta(min_length=1, max_length=20)]
Address = Annotated[str, Meta(min_length=1, max_length=2_000)]
Word = Annotated[str, Meta(max_length=256)]
Points = Annotated[float, Meta(gt=0, le=1_000_000)]
Custom = Annotated[dict[Text, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=CUSTOM_MAX)]


class Card(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What is known of a tool. Names go to it only where `share_names` says so; addresses of people never do.

    With `grades` it may send grades of its learners, with `members` read who takes the courses of its links, and with
    `choosing_url` authors choose content in it; its keys are needed for each of them.
    """

    titles: Titles
    login_url: Address
    redirect_uris: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=ADDRESSES_MAX)]
    deployment_id: Id = "1"
    share_names: bool = False
    custom: Custom = {}
    keys_url: Annotated[str, Meta(max_length=2_000)] = ""
    grades: bool = False
    choosing_url: Annotated[str, Meta(max_length=2_000)] = ""
    members: bool = False

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return what the tool may have a token for."""
        return (*(SCOPES if self.grades else ()), *((MEMBERS_READ,) if self.members else ()))


class Graded(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """How a tool grades what it offers: most points, the share of them that passes, and the tool's names for it."""

    maximum: Points = 100.0
    pass_percent: Annotated[int, Meta(ge=0, le=100)] = 0
    resource_id: Word = ""
    tag: Word = ""


class LinkCard(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What a tool offers at one address; `graded` where the tool sends a grade of whoever does it.

    With `course_id` the tool is told the course that it belongs to.
    """

    tool_id: Id
    titles: Titles
    target: Address
    custom: Custom = {}
    graded: Graded | None = None
    texts: Annotated[dict[str, Description], Meta(max_length=20)] = {}
    course_id: Annotated[str, Meta(max_length=100)] = ""

    def title(self, language: str) -> str:
        """Return the title in a language, else in English, else in any."""
        return self.titles.get(language) or self.titles.get("en") or next(iter(self.titles.values()))

    def text(self, language: str) -> str:
        """Return what is said about it in a language, else in English, else in any; "" where nothing is."""
        return self.texts.get(language) or self.texts.get("en") or next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, and the id by which it knows this platform."""

    id: str
    client_id: str
    card: Card
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A link to what a tool offers."""

    id: str
    card: LinkCard
    tool: Tool


@dataclass(frozen=True, slots=True)
class Launch:
    """A learner on the way to a tool, who is `subject` there."""

    id: str
    link_id: str
    learner_id: str
    subject: str
    expires_at: str
    used_at: str | None = None


def written(texts: Mapping[str, str], language: str, text: str) -> dict[str, str]:
    """Return texts with one in a language as a form sends it; one that stood there in another language is none in this,
    and an empty one is taken away."""
    fallback = texts.get("en") or next(iter(texts.values()), "")
    if language not in texts and text == fallback:
        return dict(texts)
    others = {name: told for name, told in texts.items() if name != language}
    return {**others, language: text} if text else others


def parameters(text: str) -> dict[str, str]:
    """Return parameters that are written one a line as name=value; raises NotParameters."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not name or name in found:
            raise NotParameters
        found[name] = value
    try:
        return msgspec.convert(found, Custom)
    except msgspec.ValidationError as error:
        raise NotParameters from error


def on_lines(custom: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that can be written one a line and read again as they are."""
    return {
        name: value
        for name, value in custom.items()
        if "=" not in name and all(text == text.strip() and len(text.splitlines()) < 2 for text in (name, value))
    }


def off_lines(custom: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that cannot, which a form keeps as they are."""
    shown = on_lines(custom)
    return {name: value for name, value in custom.items() if name not in shown}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool asks of the platform when a learner comes (OpenID Connect, third party initiated login)."""

    scope: str = ""
    response_type: str = ""
    response_mode: str = ""
    prompt: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    login_hint: str = ""
    lti_message_hint: str = ""
    nonce: str = ""
    state: str = ""


def check_addresses(*addresses: str, plain: bool) -> None:
    """Refuse addresses that a browser must not be sent to; plain HTTP is for trying things out alone."""
    for address in addresses:
        if not _ADDRESS.fullmatch(address) or not (plain or address.startswith("https:")):
            raise NotATool


def check_card(card: Card, *, plain: bool) -> None:
    """Refuse a tool with addresses that cannot be trusted, and one whose messages nobody could check."""
    further = filter(None, (card.keys_url, card.choosing_url))
    check_addresses(card.login_url, *card.redirect_uris, *further, plain=plain)
    if (card.scopes or card.choosing_url) and not card.keys_url:
        raise KeysMissing


def login_address(tool: Tool, *, target: str, subject: str, hint: str, issuer: str) -> str:
    """Return where a person's browser goes first: the tool's login, with hints by which it asks back."""
    told = {
        "iss": issuer,
        "target_link_uri": target,
        "login_hint": subject,
        "lti_message_hint": hint,
        "client_id": tool.client_id,
        "lti_deployment_id": tool.card.deployment_id,
    }
    joint = "&" if urlsplit(tool.card.login_url).query else "?"
    return f"{tool.card.login_url}{joint}{urlencode(told)}"


def check_asked(asked: Asked, tool: Tool, subject: str) -> None:
    """Refuse what is not the answer to a login that began here for a subject; raises NotOurLaunch."""
    formal = (
        asked.scope == "openid"
        and asked.response_type == "id_token"
        and asked.response_mode == "form_post"
        and asked.prompt == "none"
        and asked.nonce
        and asked.state
    )
    fits = (
        asked.client_id == tool.client_id
        and asked.redirect_uri in tool.card.redirect_uris
        and asked.login_hint == subject
        and not tool.retired
    )
    if not formal or not fits:
        raise NotOurLaunch


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells a tool about whom: this platform, by its address and name, in a language, at a moment."""

    issuer: str
    platform: str
    language: str
    now: int

    def claims(self, tool: Tool, *, asked: Asked, subject: str, role: str, kind: str, target: str) -> dict[str, object]:
        """Return what every message tells: who comes in which role, and nothing that the tool does not need."""
        return {
            "iss": self.issuer, "aud": tool.client_id, "sub": subject, "iat": self.now,
            "exp": self.now + MESSAGE_SECONDS, "nonce": asked.nonce,
            f"{CLAIM}/message_type": kind,
            f"{CLAIM}/version": "1.3.0",
            f"{CLAIM}/deployment_id": tool.card.deployment_id,
            f"{CLAIM}/target_link_uri": target,
            f"{CLAIM}/roles": [role],
            f"{CLAIM}/tool_platform": {
                "guid": self.platform, "product_family_code": "govstack", "url": self.issuer,
            },
            f"{CLAIM}/launch_presentation": {"document_target": "window", "locale": self.language},
        }  # fmt: skip


def course_claim(course_id: str, title: str) -> dict[str, object]:
    """Return how a tool is told a course (section 5.4.1 of the standard)."""
    return {f"{CLAIM}/context": {"id": course_id, "title": title, "type": [COURSE]}} if course_id else {}


def members_address(issuer: str, course_id: str) -> str:
    """Return where a tool reads who takes a course."""
    return f"{issuer}/api/v1/lti/courses/{course_id}/members"


def claims(
    teller: Teller, link: Link, *, asked: Asked, subject: str, name: str, teaches: bool, course: str
) -> Mapping[str, object]:  # fmt: skip
    """Return what a tool is told about somebody who opens what it offers, in the course with a title, and where it
    sends grades."""
    tool, card = link.tool, link.card
    role = TEACHER if teaches else LEARNER
    told = teller.claims(
        tool, asked=asked, subject=subject, role=role, kind="LtiResourceLinkRequest", target=card.target
    )
    text = card.text(teller.language)
    told[f"{CLAIM}/resource_link"] = {
        "id": link.id, "title": card.title(teller.language), **({"description": text} if text else {}),
    }  # fmt: skip
    told[f"{CLAIM}/custom"] = {**tool.card.custom, **card.custom}
    told.update(course_claim(card.course_id, course))
    if tool.card.share_names and name:
        told["name"] = name
    if tool.card.grades:
        lines = f"{teller.issuer}/api/v1/lti/lineitems"
        own = {"lineitem": f"{lines}/{link.id}"} if card.graded else {}
        told[f"{AGS}/claim/endpoint"] = {"scope": list(SCOPES), "lineitems": lines, **own}
    if tool.card.members and card.course_id:
        address = members_address(teller.issuer, card.course_id)
        told[f"{NRPS}/claim/namesroleservice"] = {"context_memberships_url": address, "service_versions": ["2.0"]}
    return told


class _Claimed(msgspec.Struct):
    """As much of what a tool signed as says whose key it has to be checked with."""

    iss: str = ""


def claimed_client(token: str) -> str:
    """Return whom a message says to come from, before it is known whether it does; "" for what is no message."""
    try:
        return msgspec.json.decode(from_base64url(token.split(".")[1]), type=_Claimed).iss
    except (IndexError, ValueError, RecursionError):
        return ""


def check_signed(claims: Mapping[str, Any], tool: Tool, *, audiences: Collection[str], now: float) -> None:
    """Refuse what a tool signed for somebody else, before its time or after it; raises NotSigned.

    The signature is checked before, and with it that moments are numbers.
    """
    named = claims.get("aud")
    audience = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    expires, issued = claims.get("exp"), claims.get("iat")
    if claims.get("iss") != tool.client_id or not any(one in audiences for one in audience):
        raise NotSigned
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise NotSigned
    late, lasting = expires + CLOCK_SKEW_SECONDS < now, expires - now > SIGNED_SECONDS_MAX
    if late or lasting or max(issued, claims.get("nbf", issued)) - CLOCK_SKEW_SECONDS > now:
        raise NotSigned


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
