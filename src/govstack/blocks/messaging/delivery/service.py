"""Use cases of sending: one attempt to deliver a message, and the erasure of what can be read at its end."""

from __future__ import annotations

import ssl

import msgspec
from prometheus_client import Counter

from govstack.blocks.messaging.delivery import store
from govstack.blocks.messaging.delivery.gateways import SmtpChannel
from govstack.blocks.messaging.delivery.model import (
    NEXT,
    SERVER,
    Breaker,
    Channel,
    Mail,
    Order,
    Outcome,
    Result,
    server_of,
    told,
)
from govstack.blocks.messaging.inbox import service as inbox
from govstack.blocks.messaging.inbox.model import Mail as Received
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import FINAL, Letter, Reason, Recipient, State
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock, events, ids, metrics
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.manifest import Condition
from govstack.kernel.rules import whole
from govstack.kernel.settings import PREFIX, Setting, Settings, SettingsError

CHANNEL, BREAKER, FLIGHT = "messaging channel", "messaging breaker", "messaging in flight"
CONNECTIONS, SECONDS = "MESSAGING_SMTP_CONNECTIONS", "MESSAGING_SMTP_SECONDS_MAX"
# Somebody in this process is sending it right now: after a jump of the clock its lease may seem to have ended.
IN_FLIGHT_SECONDS = 5.0
ERASED_AT_ONCE_MAX = 500
SENT = Counter("govstack_messages", "Attempts to deliver", ["channel", "outcome"], registry=metrics.REGISTRY)
SETTINGS = (
    Setting(
        intake.SMTP_URL,
        "",
        "Mail server: smtp://user:password@host:587?starttls=yes or smtps://…; a sandbox takes one of this machine",
        SERVER,
        secret=True,
    ),
    Setting(CONNECTIONS, "4", "Connections to the mail server a process keeps for ordinary messages", whole(1, 1_000)),
    Setting(SECONDS, "60", "Longest time the mail server may take for one answer", whole(1, 600)),
)


class InboxChannel:
    """Puts mails where the people of a sandbox look for them: nothing leaves the machine."""

    name = "sandbox inbox"

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, mail: Mail, *, urgent: bool) -> Outcome:
        """Keep a mail for a day; one that comes again is dropped."""
        recipient = mail.recipient
        await inbox.keep(
            self._context,
            message_id=mail.umid,
            mail=Received(
                sender=mail.letter.face["name"] or mail.letter.face["organisation_name"],
                recipients=[recipient.email, *recipient.cc, *recipient.bcc],
                name=recipient.name,
                title=mail.letter.title,
                content=mail.letter.content,
                urgent=urgent,
            ),
        )
        return Outcome(Result.DELIVERED, 250)

    async def close(self) -> None:
        """Nothing is open."""


def channel(context: Context) -> Channel:
    """Return the way out of this process: a mail server where there is one, else the inbox of the sandbox."""
    found: Channel | None = context.memory.get(CHANNEL)
    if found is None:
        found = context.memory[CHANNEL] = _opened(context)
    return found


async def close(context: Context) -> None:
    """Let go of the mail server."""
    found: Channel | None = context.memory.pop(CHANNEL, None)
    if found is not None:
        await found.close()


async def start(context: Context) -> None:
    """Refuse to start with a mail server that cannot be used, rather than to fail with each message."""
    found = check(context.settings)
    if context.settings.text(intake.SMTP_URL) and not found.sound:
        raise SettingsError(f"{PREFIX}{intake.SMTP_URL} cannot be used: {found.line}.")


def check(settings: Settings) -> Condition:
    """Say whether the mail server's address can be used, for `govstack doctor`; nobody is called."""
    subject, url, production = "Mail server", settings.text(intake.SMTP_URL), settings.profile == "production"
    if not url and production:
        return Condition(subject, False, f"none, so messages are refused; set {PREFIX}{intake.SMTP_URL}")
    if not url:
        return Condition(subject, True, "none: people's mail is shown in the inbox of the sandbox")
    server = server_of(url)
    if not production and not server.is_here:
        return Condition(
            subject, True, "not on this machine, so it is not used: mail is shown in the inbox of the sandbox"
        )
    if not (server.secure or server.is_here):
        return Condition(subject, False, "mail would leave this machine unencrypted; use smtps:// or starttls=yes")
    return Condition(subject, True, f"{server.host}:{server.port}, {'TLS' if server.secure else 'plain'}")


async def send(context: Context, *, by: Actor, message_id: str) -> float | None:
    """Try once to deliver a message; return after how many seconds to try again, none when it has come to its end."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.order(tx, message_id)
    if found is None or found.state in FINAL:
        return None
    left = (clock.parse(found.expires_at) - clock.now()).total_seconds()
    if left <= 0:
        await _write(context, found, State.FAILED, Reason.EXPIRED, Outcome(Result.REFUSED))
        return None
    flight: set[str] = context.memory.setdefault(FLIGHT, set())
    if message_id in flight:
        return IN_FLIGHT_SECONDS
    breaker: Breaker = context.memory.setdefault(BREAKER, Breaker())
    wait = breaker.wait_seconds(clock.monotonic())
    if wait > 0:
        if found.state is not State.ERRORED:
            await _write(context, found, State.ERRORED, Reason.UNREACHABLE, Outcome(Result.UNREACHABLE))
        return min(ids.jitter(wait), left)
    flight.add(message_id)
    try:
        outcome = await channel(context).deliver(_mail(context, found), urgent=found.urgent)
        breaker.note(reached=outcome.result is not Result.UNREACHABLE, moment=clock.monotonic())
        state, reason = NEXT[outcome.result]
        await _write(context, found, state, reason, outcome)
    finally:
        flight.discard(message_id)
    if state in FINAL:
        return None
    patience = await senders.patience(context, sender_id=found.sender_id)
    return min(ids.jitter(patience.pause_seconds(found.errors + 1)), max(left, 0.0))


async def sweep(context: Context, *, by: Actor) -> None:
    """Erase letters that nobody needs any more and that their last message has left behind."""
    while True:
        async with context.database.transaction() as tx:
            found = await store.left_over(tx, limit=ERASED_AT_ONCE_MAX)
            for request_id in found:
                await store.erase_letter(tx, request_id)
        if len(found) < ERASED_AT_ONCE_MAX:
            return


async def _write(context: Context, found: Order, state: State, reason: Reason, outcome: Outcome) -> None:
    """Write what became of an attempt; at the end of a message, erase what can be read and tell those who listen."""
    provider = channel(context).name
    async with context.database.transaction() as tx:
        if not await store.add_event(tx, found, state, reason, provider=provider, code=outcome.code):
            return
        if state in FINAL:
            await store.erase(tx, found.id)
            await store.erase_letter(tx, found.request_id)
            data = {"requestUid": found.request_id, "messageUid": found.id, "status": told(state, reason)}
            await events.publish(tx, type="messaging.message.finished", subject=found.id, data=data)
    SENT.labels(provider, str(told(state, reason))).inc()


def _mail(context: Context, found: Order) -> Mail:
    recipient = intake.unlock(context, found.id, found.recipient_key or b"", found.recipient or b"")
    letter = intake.unlock(context, found.request_id, found.letter_key or b"", found.letter or b"")
    return Mail(found.id, msgspec.json.decode(letter, type=Letter), msgspec.json.decode(recipient, type=Recipient))


def _opened(context: Context) -> Channel:
    settings = context.settings
    url = settings.text(intake.SMTP_URL) if settings.profile != "conformance" else ""
    server = server_of(url) if url else None
    if server is None or (settings.profile == "sandbox" and not server.is_here):
        return InboxChannel(context)

    def tls() -> ssl.SSLContext:
        made = ssl.create_default_context()
        if authorities := settings.text("TLS_AUTHORITIES"):
            made.load_verify_locations(authorities)
        return made

    return SmtpChannel(
        server, connections=settings.number(CONNECTIONS), tls=tls, seconds=float(settings.number(SECONDS))
    )
