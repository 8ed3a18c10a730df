"""Use cases of providers: who takes the texts of this instance, in which order, and what networks bring."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

import msgspec

from govstack.blocks.messaging.providers import store
from govstack.blocks.messaging.providers.gateways import HttpProvider, SmppProvider
from govstack.blocks.messaging.providers.model import (
    BODY,
    CENTRES,
    HEADERS,
    SOURCE,
    STATUSES,
    Breaker,
    Brought,
    Gateway,
    Outcome,
    Provider,
    Result,
    Text,
    centre_of,
)
from govstack.kernel import clock, ids, jobs
from govstack.kernel.context import Context
from govstack.kernel.destinations import Rules, may_connect
from govstack.kernel.rules import WEB, listed, one_of, whole
from govstack.kernel.settings import PREFIX, Setting, Settings

TAKE = "messaging.take_brought"
PURPOSE = "brought"
TEXT_PROVIDERS = "messaging text providers"
SMPP_URL, WINDOW, SECONDS = "SMPP_URL", "MESSAGING_SMPP_WINDOW", "MESSAGING_SMS_SECONDS_MAX"
ORDER, FROM = "MESSAGING_SMS_ORDER", "MESSAGING_SMS_SOURCE"
URL, METHOD, HEAD = "MESSAGING_SMS_HTTP_URL", "MESSAGING_SMS_HTTP_METHOD", "MESSAGING_SMS_HTTP_HEADERS"
FORM, REJECTED = "MESSAGING_SMS_HTTP_BODY", "MESSAGING_SMS_HTTP_REJECTED"
SMPP, HTTP = "smpp", "http"
SETTINGS = (
    Setting(
        SMPP_URL,
        "",
        "Centre of short messages: smpp://system:password@host:2775 or smpps://…; several, in order, with spaces"
        " between; a sandbox takes those of this machine",
        CENTRES,
        secret=True,
    ),
    Setting(WINDOW, "10", "Texts that may wait for a centre's answer at once", whole(1, 1_000)),
    Setting(SECONDS, "30", "Longest time a provider of texts may take for one answer", whole(1, 600)),
    Setting(FROM, "GovStack", "Number or name that texts come from", SOURCE),
    Setting(
        ORDER,
        f"{SMPP},{HTTP}",
        "Which provider of texts is tried first, and which when it does not answer",
        listed(one_of(SMPP, HTTP), f"be {SMPP} and {HTTP} in the order in which they are tried, with a comma between"),
    ),
    Setting(URL, "", "Gateway for texts over HTTP: where each text is sent", WEB),
    Setting(METHOD, "POST", "How the gateway is called", one_of("POST", "PUT")),
    Setting(HEAD, "{}", "Headers for the gateway as JSON, such as its key and the content-type", HEADERS, secret=True),
    Setting(
        FORM,
        '{"to": "$recipient", "from": "$source", "text": "$text", "id": "$id"}',
        "Body for the gateway, with $recipient, $text, $source and $id in their places",
        BODY,
    ),
    Setting(REJECTED, "", "Answers by which the gateway says that it cannot reach a number, such as 404,422", STATUSES),
)
Wanted = TypeVar("Wanted")


@dataclass(slots=True)
class Link(Generic[Wanted]):
    """A provider in its place of the order, and whether it is spared."""

    provider: Provider[Wanted]
    breaker: Breaker = field(default_factory=Breaker)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt led to, and with whom; `wait_seconds` tells that all are spared, and for how long."""

    provider: str
    outcome: Outcome
    wait_seconds: float = 0.0


class Chain(Generic[Wanted]):
    """Providers of one channel in their order: where one does not answer, the next is tried (5.1.22)."""

    def __init__(self, providers: Sequence[Provider[Wanted]]) -> None:
        self.links = [Link(one) for one in providers]

    async def deliver(self, what: Wanted, *, urgent: bool) -> Attempt:
        """Try each in turn until one has said something, or may have taken it: then no other gets it."""
        waits: list[float] = []
        found = Attempt(self.links[0].provider.name, Outcome(Result.UNREACHABLE))
        for link in self.links:
            wait = link.breaker.wait_seconds(clock.monotonic())
            if wait > 0:
                waits.append(wait)
                continue
            outcome = await link.provider.deliver(what, urgent=urgent)
            reached = outcome.result is not Result.UNREACHABLE
            link.breaker.note(reached=reached, moment=clock.monotonic())
            found = Attempt(link.provider.name, outcome)
            if reached or outcome.unknown:
                return found
        if len(waits) == len(self.links):
            return Attempt(found.provider, found.outcome, min(waits))
        return found

    async def close(self) -> None:
        """Let go of all."""
        for link in self.links:
            await link.provider.close()


def trust(settings: Settings) -> ssl.SSLContext:
    """Return whom to trust when speaking TLS to a provider: the public authorities, and those of the operator."""
    made = ssl.create_default_context()
    if authorities := settings.text("TLS_AUTHORITIES"):
        made.load_verify_locations(authorities)
    return made


def has_texts(settings: Settings) -> bool:
    """Tell whether anybody is set who carries texts."""
    return bool(settings.text(SMPP_URL) or settings.text(URL))


def texts(context: Context) -> list[Provider[Text]]:
    """Return those who carry texts, in their order; a sandbox takes only those of this machine."""
    found: list[Provider[Text]] | None = context.memory.get(TEXT_PROVIDERS)
    if found is None:
        found = context.memory[TEXT_PROVIDERS] = _opened(context)
    return found


async def start(context: Context) -> None:
    """Bind to each centre and stay bound, so that receipts and answers are taken when nothing is sent."""
    for one in texts(context):
        if isinstance(one, SmppProvider):
            one.keep()


async def close(context: Context) -> None:
    """Let go of those who carry texts."""
    for one in context.memory.pop(TEXT_PROVIDERS, []):
        await one.close()


def faults(settings: Settings) -> list[str]:
    """Return what stands against carrying texts with these settings, for the operator; nobody is called."""
    centres = [centre_of(url) for url in settings.text(SMPP_URL).split()]
    found = [
        f"texts would leave this machine unencrypted; use smpps:// in {PREFIX}{SMPP_URL}"
        for centre in centres
        if not (centre.tls or centre.is_here) and settings.profile == "production"
    ]
    gateway = _gateway(settings)
    if gateway and settings.profile == "production" and not (gateway.url.startswith("https://") or gateway.is_here):
        found.append(f"texts would leave this machine unencrypted; use https:// in {PREFIX}{URL}")
    if gateway and gateway.media_type.partition(";")[0].strip().endswith("json"):
        try:
            msgspec.json.decode(gateway.filled(Text("", "+1", '"', 0)))
        except msgspec.DecodeError:
            found.append(f"{PREFIX}{FORM} does not become JSON; put each $word into quotation marks")
    return found


async def take(context: Context, provider: str, brought: Brought) -> None:
    """Keep what a network brings, sealed, and ask for it to be looked at; the network is told only then.

    Receipts of one part, and texts from one number, are looked at in the order in which they came.
    """
    if brought.receipt is None and not brought.number:
        return
    name = ids.new_id()
    sealed = context.keys.seal(PURPOSE, msgspec.json.encode(brought), bound_to=name)
    about = brought.receipt.provider_id if brought.receipt is not None else brought.number
    lane = context.keys.fingerprint(PURPOSE, f"{provider}|{about}")
    async with context.database.transaction() as tx:
        await store.add(tx, name=name, provider=provider, sealed=sealed)
        await jobs.enqueue(tx, TAKE, {"brought": name}, lane=lane)


async def held(context: Context, name: str) -> tuple[str, Brought] | None:
    """Return who brought something, and what; none when it was looked at before."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.held(tx, name)
    if found is None:
        return None
    plain = context.keys.open(PURPOSE, found.sealed, bound_to=found.id)
    return found.provider, msgspec.json.decode(plain, type=Brought)


async def let_go(context: Context, name: str) -> None:
    """Erase what was looked at."""
    async with context.database.transaction() as tx:
        await store.erase(tx, name)


def _opened(context: Context) -> list[Provider[Text]]:
    settings = context.settings
    if settings.profile == "conformance":
        return []
    made: dict[str, list[Provider[Text]]] = {SMPP: [], HTTP: []}
    for place, url in enumerate(settings.text(SMPP_URL).split(), start=1):
        centre = centre_of(url)
        if centre.is_here or settings.profile != "sandbox":
            name = SMPP if place == 1 else f"{SMPP} {place}"
            made[SMPP].append(
                SmppProvider(
                    name,
                    centre,
                    partial(take, context, name),
                    source=settings.text(FROM),
                    window=settings.number(WINDOW),
                    seconds=float(settings.number(SECONDS)),
                    tls=partial(trust, settings),
                )
            )
    gateway = _gateway(settings)
    if gateway and (gateway.is_here or settings.profile != "sandbox"):
        avoid = _leads_inside if settings.profile == "production" and not gateway.is_here else None
        network, seconds = context.mediation.network, float(settings.number(SECONDS))
        made[HTTP].append(HttpProvider(gateway, network, seconds=seconds, avoid=avoid))
    order = [one.strip() for one in settings.text(ORDER).split(",") if one.strip()]
    return [provider for kind in dict.fromkeys([*order]) for provider in made[kind]]


def _leads_inside(number: str) -> bool:
    return not may_connect(number, Rules(reach="private"))


def _gateway(settings: Settings) -> Gateway | None:
    if not settings.text(URL):
        return None
    return Gateway(
        url=settings.text(URL),
        method=settings.text(METHOD),
        headers=msgspec.json.decode(settings.text(HEAD) or "{}", type=dict[str, str]),
        body=settings.text(FORM),
        source=settings.text(FROM),
        rejected=frozenset(int(one) for one in settings.text(REJECTED).split(",") if one.strip()),
    )
