"""Tools, links, and the message by which a tool learns who comes (LTI 1.3 core, 1EdTech security framework 1.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.platforms.errors import NotATool, NotOurLaunch

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
MESSAGE_SECONDS = 300
LAUNCH_SECONDS = 600
ADDRESSES_MAX = 20
CUSTOM_MAX = 50
ALGORITHM = "RS256"
KEY_BITS = 2_048
KEYS_PUBLISHED_MAX = 3

# The host goes into a header of the page that leads there: it holds nothing but a name or a number, and a port.
_ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?([/?][!-\"$-~]*)?")

Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._~-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=500)]
Titles = Annotated[dict[str, Text], Meta(min_length=1, max_length=20)]
Address = Annotated[str, Meta(min_length=1, max_length=2_000)]
Custom = Annotated[dict[Text, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=CUSTOM_MAX)]


class Card(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What is known of a tool. Names go to it only where `share_names` says so; addresses of people never do."""

    titles: Titles
    login_url: Address
    redirect_uris: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=ADDRESSES_MAX)]
    deployment_id: Id = "1"
    share_names: bool = False
    custom: Custom = {}


class LinkCard(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """What a tool offers at one address."""

    tool_id: Id
    titles: Titles
    target: Address
    custom: Custom = {}

    def title(self, language: str) -> str:
        """Return the title in a language, else in English, else in any."""
        return self.titles.get(language) or self.titles.get("en") or next(iter(self.titles.values()))


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
    """A learner on the way to a tool."""

    id: str
    link_id: str
    learner_id: str
    expires_at: str
    used_at: str | None = None


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


def login_address(tool: Tool, link: Link, launch: Launch, issuer: str) -> str:
    """Return where a learner's browser goes first: the tool's login, with hints by which it asks back."""
    told = {
        "iss": issuer,
        "target_link_uri": link.card.target,
        "login_hint": launch.learner_id,
        "lti_message_hint": launch.id,
        "client_id": tool.client_id,
        "lti_deployment_id": tool.card.deployment_id,
    }
    joint = "&" if urlsplit(tool.card.login_url).query else "?"
    return f"{tool.card.login_url}{joint}{urlencode(told)}"


def check_asked(asked: Asked, tool: Tool, launch: Launch, learner_id: str) -> None:
    """Refuse what is not the answer to a login that this learner began; raises NotOurLaunch."""
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
        and asked.login_hint == launch.learner_id == learner_id
        and not tool.retired
    )
    if not formal or not fits:
        raise NotOurLaunch


def claims(
    link: Link, launch: Launch, *, asked: Asked, issuer: str, now: int, name: str, teaches: bool, language: str,
    platform: str, title: str,
) -> Mapping[str, object]:  # fmt: skip
    """Return what the tool is told: who comes in which role, and nothing that it does not need."""
    tool = link.tool
    named = {"name": name} if tool.card.share_names and name else {}
    return {
        "iss": issuer, "aud": tool.client_id, "sub": launch.learner_id, "iat": now, "exp": now + MESSAGE_SECONDS,
        "nonce": asked.nonce, **named,
        f"{CLAIM}/message_type": "LtiResourceLinkRequest",
        f"{CLAIM}/version": "1.3.0",
        f"{CLAIM}/deployment_id": tool.card.deployment_id,
        f"{CLAIM}/target_link_uri": link.card.target,
        f"{CLAIM}/resource_link": {"id": link.id, "title": title},
        f"{CLAIM}/roles": [TEACHER if teaches else LEARNER],
        f"{CLAIM}/tool_platform": {"guid": platform, "product_family_code": "govstack", "url": issuer},
        f"{CLAIM}/launch_presentation": {"document_target": "window", "locale": language},
        f"{CLAIM}/custom": {**tool.card.custom, **link.card.custom},
    }  # fmt: skip


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
