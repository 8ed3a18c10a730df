"""Use cases of sending: one attempt to deliver a message, and the erasure of what can be read at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from prometheus_client import Counter

from govstack.blocks.messaging.delivery import store
from govstack.blocks.messaging.delivery.errors import Overtaken
from govstack.blocks.messaging.delivery.gateways import SmtpProvider
from govstack.blocks.messaging.delivery.model import (
    HANDED_OVER,
    NEXT,
    RECEIPT_WINDOW,
    SERVERS,
    Mail,
    Order,
    after_receipts,
    server_of,
    told,
)
from govstack.blocks.messaging.inbox import service as inbox
from govstack.blocks.messaging.inbox.model import Mail as Received
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import FINAL, Channel, Letter, Reason, Recipient, State
from govstack.blocks.messaging.notices import service as notices
from govstack.blocks.messaging.notices.model import Delivery, Notice
from govstack.blocks.messaging.providers import service as providers
from govstack.blocks.messaging.providers.model import Outcome, Provider, Receipt, Result, Text
from govstack.blocks.messaging.providers.service import Attempt, Chain
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock, events, ids, metrics
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.manifest import Condition
from govstack.kernel.rules import whole
from govstack.kernel.settings import PREFIX, Setting, Settings, SettingsError

WAYS, FLIGHT = "messaging ways", "messaging in flight"
CONNECTIONS, SECONDS = "MESSAGING_SMTP_CONNECTIONS", "MESSAGING_SMTP_SECONDS_MAX"
# Somebody in this process is sending it right now: after a jump of the clock its lease may seem to have ended.
IN_FLIGHT_SECONDS = 5.0
ERASED_AT_ONCE_MAX = 500
SETTLED_AT_ONCE_MAX = 500
SENT = Counter("govstack_messages", "Attempts to deliver", ["channel", "outcome"], registry=metrics.REGISTRY)
SETTINGS = (
    Setting(
        intake.SMTP_URL,
        "",
        "Mail server: smtp://user:password@host:587?starttls=yes or smtps://…; several, in order, with spaces between;"
        " a sandbox takes those of this machine",
        SERVERS,
        secret=True,
    ),
    Setting(CONNECTIONS, "4", "Connections to the mail server a process keeps for ordinary messages", whole(1, 1_000)),
    Setting(SECONDS, "60", "Longest time the mail server may take for one answer", whole(1, 600)),
)


class InboxProvider:
    """Puts mails where the people of a sandbox look for them: nothing leaves the machine."""

    name = "sandbox inbox"

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, what: Mail, *, urgent: bool) -> Outcome:
        """Keep a mail for a day; one that comes again is dropped."""
        recipient, face = what.recipient, what.letter.face
        received = Received(
            sender=face["name"] or face["organisation_name"],
            recipients=[recipient.email, *recipient.cc, *recipient.bcc],
            name=recipient.name,
            title=what.letter.title,
            content=what.letter.content,
            urgent=urgent,
        )
        await inbox.keep(self._context, message_id=what.umid, mail=received)
        return Outcome(Result.DELIVERED, 250)

    async def close(self) -> None:
        """Nothing is open."""


class PhoneProvider:
    """Puts texts on the phones of a sandbox: nothing leaves the machine."""

    name = "sandbox phone"

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, what: Text, *, urgent: bool) -> Outcome:
        """Keep a text for a day; one that comes again is dropped."""
        sender = self._context.settings.text(providers.FROM)
        received = Received(
            sender=sender, recipients=[what.number], name="", title="", content=what.text, urgent=urgent
        )
        await inbox.keep(self._context, message_id=what.umid, mail=received, number=what.number)
        return Outcome(Result.DELIVERED)

    async def close(self) -> None:
        """Nothing is open."""


class Nobody:
    """Stands where production has lost its provider: what was accepted waits, and is never put into an inbox."""

    name = "nobody"

    async def deliver(self, what: Mail | Text, *, urgent: bool) -> Outcome:
        """Reach nobody."""
        return Outcome(Result.UNREACHABLE)

    async def close(self) -> None:
        """Nothing is open."""


class NoticeProvider:
    """Puts messages where people of this instance read them with their own sign-in."""

    name = "in-app"

    def __init__(self, context: Context) -> None:
        self._context = context

    async def deliver(self, what: Delivery, *, urgent: bool) -> Outcome:
        """Keep a message for its days; one that comes again is dropped."""
        await notices.keep(self._context, delivery=what)
        return Outcome(Result.DELIVERED)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways out of this process, by channel."""

    mails: Chain[Mail]
    texts: Chain[Text]
    notices: Chain[Delivery]


def ways(context: Context) -> Ways:
    """Return the ways out: providers where there are some, else the inbox and the phones of the sandbox."""
    found: Ways | None = context.memory.get(WAYS)
    if found is None:
        production = context.settings.profile == "production"
        inbox_provider = Nobody() if production else InboxProvider(context)
        phone_provider = Nobody() if production else PhoneProvider(context)
        mails: Sequence[Provider[Mail]] = _mail_servers(context) or [inbox_provider]
        texts: Sequence[Provider[Text]] = providers.texts(context) or [phone_provider]
        found = context.memory[WAYS] = Ways(Chain(mails), Chain(texts), Chain([NoticeProvider(context)]))
    return found


async def close(context: Context) -> None:
    """Let go of all who bring messages."""
    found: Ways | None = context.memory.pop(WAYS, None)
    if found is not None:
        await found.mails.close()
    await providers.close(context)


async def start(context: Context) -> None:
    """Refuse to start with providers that cannot be used, rather than to fail with each message."""
    found = check(context.settings)
    if context.settings.text(intake.SMTP_URL) and not found.sound:
        raise SettingsError(f"{PREFIX}{intake.SMTP_URL} cannot be used: {found.line}.")
    if faults := providers.faults(context.settings):
        raise SettingsError(f"Texts cannot be sent: {faults[0]}.")
    await providers.start(context)


def check(settings: Settings) -> Condition:
    """Say whether messages can be sent with these settings, for `govstack doctor`; nobody is called."""
    subject, urls, production = "Mail server", settings.text(intake.SMTP_URL).split(), settings.profile == "production"
    texts = providers.faults(settings)
    if texts:
        return Condition("Texts", False, texts[0])
    if not urls and production:
        return Condition(subject, False, f"none, so messages are refused; set {PREFIX}{intake.SMTP_URL}")
    if not urls:
        return Condition(subject, True, "none: people's mail is shown in the inbox of the sandbox")
    servers = [server_of(url) for url in urls]
    if not production and not any(server.is_here for server in servers):
        return Condition(
            subject, True, "not on this machine, so it is not used: mail is shown in the inbox of the sandbox"
        )
    if not all(server.secure or server.is_here for server in servers):
        return Condition(subject, False, "mail would leave this machine unencrypted; use smtps:// or starttls=yes")
    told_of = [f"{server.host}:{server.port}, {'TLS' if server.secure else 'plain'}" for server in servers]
    return Condition(subject, True, "; ".join(told_of))


async def send(context: Context, *, by: Actor, message_id: str) -> float | None:
    """Try once to deliver a message; return after how many seconds to try again, none when it has come to its end."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.order(tx, message_id)
    if found is None or found.state in HANDED_OVER:
        return None
    left = (clock.parse(found.expires_at) - clock.now()).total_seconds()
    if left <= 0:
        await _write(context, found, State.FAILED, Reason.EXPIRED, Attempt("", Outcome(Result.REFUSED)))
        return None
    flight: set[str] = context.memory.setdefault(FLIGHT, set())
    if message_id in flight:
        return IN_FLIGHT_SECONDS
    flight.add(message_id)
    try:
        return await _try(context, found, left)
    finally:
        flight.discard(message_id)


async def _try(context: Context, found: Order, left: float) -> float | None:
    """Make one attempt, write what became of it, and return when to look again."""
    attempt = await _attempt(context, found, left)
    state, reason = NEXT[attempt.outcome.result]
    if not attempt.wait_seconds or found.state is not State.ERRORED:
        await _write(context, found, state, reason, attempt)
    if state in HANDED_OVER:
        return None
    if attempt.wait_seconds:
        return min(ids.jitter(attempt.wait_seconds), left)
    patience = await senders.patience(context, sender_id=found.sender_id)
    return min(ids.jitter(patience.pause_seconds(found.errors + 1)), left)


async def confirm(context: Context, *, by: Actor, provider: str, receipt: Receipt) -> bool:
    """Write what a provider told later of a part that it took; false when nobody knows that part.

    The same receipt again changes nothing. Raises Overtaken when somebody else wrote in the same moment.
    """
    async with context.database.transaction() as tx:
        part = await store.part(tx, receipt, provider=provider)
        if part is None:
            return False
        if not await store.add_receipt(tx, part, receipt.fate):
            return True
        found = await store.order(tx, part.message_id)
        if found is None or found.state in FINAL:
            return True
        after = after_receipts(await store.fates(tx, part.message_id), part.parts, sent=found.state is State.SENT)
        if after is not None and not await _add_event(tx, found, *after, Attempt(provider, Outcome(Result.TAKEN))):
            raise Overtaken
    if after is not None:
        SENT.labels(provider, str(told(*after))).inc()
    return True


async def settle(context: Context, *, by: Actor) -> None:
    """Give up texts whose receipts never came: nobody knows what became of them, so they do not count as delivered."""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            overdue = await store.overdue(tx, now=clock.timestamp(), limit=SETTLED_AT_ONCE_MAX)
        for message_id in overdue:
            await _give_up(context, message_id)
        if len(overdue) < SETTLED_AT_ONCE_MAX:
            return


async def _give_up(context: Context, message_id: str) -> None:
    attempt = Attempt("", Outcome(Result.TAKEN))
    async with context.database.transaction() as tx:
        found = await store.order(tx, message_id)
        if found is not None and found.state is State.SENT:
            await _add_event(tx, found, State.FAILED, Reason.UNCONFIRMED, attempt)
        await store.await_no_more(tx, message_id)


async def sweep(context: Context, *, by: Actor) -> None:
    """Erase letters that nobody needs any more and that their last message has left behind."""
    while True:
        async with context.database.transaction() as tx:
            found = await store.left_over(tx, limit=ERASED_AT_ONCE_MAX)
            for request_id in found:
                await store.erase_letter(tx, request_id)
        if len(found) < ERASED_AT_ONCE_MAX:
            return


async def _attempt(context: Context, found: Order, left: float) -> Attempt:
    """Hand a message over by its channel."""
    if found.channel is Channel.SMS:
        return await ways(context).texts.deliver(await _text(context, found, left), urgent=found.urgent)
    if found.channel is Channel.IN_APP:
        return await ways(context).notices.deliver(_notice(context, found), urgent=found.urgent)
    return await ways(context).mails.deliver(_mail(context, found), urgent=found.urgent)


async def _write(context: Context, found: Order, state: State, reason: Reason, attempt: Attempt) -> None:
    """Write what became of an attempt, and which parts were taken in it."""
    async with context.database.transaction() as tx:
        if not await _add_event(tx, found, state, reason, attempt):
            return
        await store.add_parts(tx, found, attempt.outcome.parts, provider=attempt.provider)
    SENT.labels(attempt.provider, str(told(state, reason))).inc()


async def _add_event(tx: Transaction, found: Order, state: State, reason: Reason, attempt: Attempt) -> bool:
    """Write how a message stands; once handed over, erase what can be read, and tell those who listen of its end."""
    if not await store.add_event(tx, found, state, reason, provider=attempt.provider, code=attempt.outcome.code):
        return False
    if state in HANDED_OVER:
        await store.erase(tx, found.id)
        await store.erase_letter(tx, found.request_id)
    if state is State.SENT:
        until = clock.timestamp(clock.parse(found.expires_at) + RECEIPT_WINDOW)
        await store.await_receipt(tx, found.id, until=until)
    if state in FINAL:
        await store.await_no_more(tx, found.id)
        data = {"requestUid": found.request_id, "messageUid": found.id, "status": told(state, reason)}
        await events.publish(tx, type="messaging.message.finished", subject=found.id, data=data)
    return True


def _mail(context: Context, found: Order) -> Mail:
    recipient, letter = _opened(context, found)
    return Mail(found.id, letter, recipient)


async def _text(context: Context, found: Order, left: float) -> Text:
    recipient, letter = _opened(context, found)
    taken: dict[str, list[int]] = {}
    if found.errors:
        async with context.database.reading(one_statement=True) as tx:
            taken = await store.taken(tx, found.id)
    return Text(found.id, recipient.number, letter.content, left, taken)


def _notice(context: Context, found: Order) -> Delivery:
    recipient, letter = _opened(context, found)
    sender = letter.face["on_behalf_of_name"] or letter.face["organisation_name"]
    return Delivery(found.id, recipient.person, Notice(sender, letter.title, letter.content, found.urgent))


def _opened(context: Context, found: Order) -> tuple[Recipient, Letter]:
    recipient = intake.unlock(context, found.id, found.recipient_key or b"", found.recipient or b"")
    letter = intake.unlock(context, found.request_id, found.letter_key or b"", found.letter or b"")
    return msgspec.json.decode(recipient, type=Recipient), msgspec.json.decode(letter, type=Letter)


def _mail_servers(context: Context) -> list[SmtpProvider]:
    settings = context.settings
    if settings.profile == "conformance":
        return []
    found = []
    for place, server in enumerate(map(server_of, settings.text(intake.SMTP_URL).split()), start=1):
        if server.is_here or settings.profile != "sandbox":
            found.append(
                SmtpProvider(
                    "smtp" if place == 1 else f"smtp {place}",
                    server,
                    connections=settings.number(CONNECTIONS),
                    seconds=float(settings.number(SECONDS)),
                    tls=partial(providers.trust, settings),
                )
            )
    return found
