"""Use cases of taking in: accept a request once, and tell how it stands."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import msgspec

from govstack.blocks.messaging.intake import store
from govstack.blocks.messaging.intake.errors import (
    MessageInvalid,
    NoMailServer,
    NoTextProvider,
    NotUrgent,
    QuotaUsed,
    SenderDiffers,
    UnknownRequest,
)
from govstack.blocks.messaging.intake.model import (
    WINDOW,
    Channel,
    Entry,
    Kind,
    Letter,
    Pace,
    Reason,
    Recipient,
    State,
    Status,
    Submission,
    letter_faults,
    published,
    recipient_of,
    request_id,
    turns,
)
from govstack.blocks.messaging.intake.store import Addressed, Message, Request, Turn
from govstack.blocks.messaging.providers import service as providers
from govstack.blocks.messaging.senders.model import FACE, Sender, callback_fault, differences
from govstack.kernel import clock, crypto, events, ids, jobs, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting

SEND = "messaging.send"
SEND_EMERGENCY = "messaging.send_emergency"
CONTENT_BYTES = "MESSAGING_CONTENT_BYTES_MAX"
SMTP_URL = "SMTP_URL"
SECRET_PURPOSE, RECIPIENT_PURPOSE, CALLBACK_PURPOSE = "message-secret", "recipient", "callback"
CONTENT = "content"
CONTENT_BYTES_MOST = 4_000_000
# Sealing takes tens of microseconds each: more than these are sealed beside the loop.
SEALED_AT_ONCE_MAX = 100
FORGOTTEN_AT_ONCE_MAX = 1_000
# For how long an answer of somebody is taken for one to the latest message they got.
ANSWERED = timedelta(days=7)
BATCH_FIELDS = {
    Channel.EMAIL: "batchEmailAsBase64",
    Channel.SMS: "batchSmsAsBase64",
    Channel.IN_APP: "batchInAppAsBase64",
}
SETTINGS = (Setting(CONTENT_BYTES, "200000", "Longest text of a message, in bytes", whole(1, CONTENT_BYTES_MOST)),)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request on its way into the database, checked and sealed."""

    id: str
    sender: Sender
    submission: Submission
    mhashes: tuple[str, ...]
    now: datetime
    messages: Sequence[Message]
    letter: tuple[bytes, bytes]


async def accept(context: Context, *, by: Actor, sender: Sender, submission: Submission) -> str:
    """Take in a request and return its id; the same request within a day is taken in once (6.1.2).

    Raises MessageInvalid, SenderDiffers, NotUrgent, QuotaUsed and NoMailServer, with nothing stored.
    """
    parcel = await prepare(context, by=by, sender=sender, submission=submission)
    async with context.database.transaction() as tx:
        return await enter(context, tx, parcel)


async def prepare(context: Context, *, by: Actor, sender: Sender, submission: Submission) -> Parcel:
    """Check and seal a request before the transaction that enters it; raises as `accept` does."""
    refuse_impossible(context, by=by, sender=sender, submission=submission)
    recipients = known_recipients(context, submission)
    if submission.kind is Kind.SINGLE and recipients[0][0] is None:
        raise MessageInvalid(fields=recipient_of(submission.entries[0], submission.channel)[1])
    uid = request_id(ids.new_secret(64))
    letter = msgspec.json.encode(letter_of(sender, submission))
    messages, sealed = await _sealed(context, uid, recipients, letter)
    return Parcel(uid, sender, submission, tuple(mhashes(context, sender, submission)), clock.now(), messages, sealed)


async def enter(context: Context, tx: Transaction, parcel: Parcel) -> str:
    """Write a prepared request in the caller's transaction and return its id, or that of the same one before.

    Raises QuotaUsed.
    """
    sender, submission, messages = parcel.sender, parcel.submission, list(parcel.messages)
    now, until = clock.timestamp(parcel.now), clock.timestamp(parcel.now + WINDOW)
    known = await store.claim(tx, mhashes=parcel.mhashes, request_id=parcel.id, now=now, until=until)
    if known != parcel.id:
        return known
    request = Request(
        parcel.id,
        sender.id,
        submission.kind,
        submission.urgent,
        len(messages),
        len(submission.content.encode()),
        _sealed_callback(context, parcel.id, submission.callback),
        now,
        until,
        submission.channel,
    )
    await store.add_request(tx, request, mhash=parcel.mhashes[0], correlation_id=log.CORRELATION.get())
    sealed = [(one.id, one.sealed_key, one.sealed) for one in messages if one.sealed]
    await store.add_sealed(tx, parcel.id, [*sealed, (parcel.id, *parcel.letter)] if sealed else [])
    await _tell(tx, messages, parcel)
    # From here on others who send for this sender wait, so it comes as late as it can.
    dues = await take_turns(tx, sender, count=len(sealed), urgent=submission.urgent, now=parcel.now)
    messages = _with_dues(messages, dues, now)
    await store.add_messages(tx, parcel.id, messages, channel=submission.channel, at=now)
    by_due: dict[str, list[str]] = {}
    for one in messages:
        if one.sealed:
            by_due.setdefault(one.due_at, []).append(one.id)
    await queue(tx, by_due, urgent=submission.urgent)
    return parcel.id


async def status(
    context: Context, *, by: Actor, sender: Sender, uid: str, channel: Channel = Channel.EMAIL
) -> Counter[Status]:
    """Return how many messages of a request stand where; raises UnknownRequest for another sender's."""
    async with context.database.reading() as tx:
        if (await own_request(tx, sender=sender, uid=uid)).channel is not channel:
            raise UnknownRequest
        return await counted(tx, uid)


async def counted(tx: Transaction, uid: str) -> Counter[Status]:
    """Return how many messages of a request stand where; together they are as many as it has."""
    found: Counter[Status] = Counter({Status(name): number for name, number in (await store.tally(tx, uid)).items()})
    for row in await store.counts(tx, uid, now=clock.timestamp()):
        found[published(row.state, row.reason, later=row.later)] += row.messages
    return found


async def own_request(tx: Transaction, *, sender: Sender, uid: str) -> Request:
    """Return a request of this sender; raises UnknownRequest for any other."""
    found = await store.request(tx, uid)
    if found is None or found.sender_id != sender.id:
        raise UnknownRequest
    return found


async def answered(context: Context, *, channel: Channel, address: str) -> Addressed | None:
    """Return the message that somebody answers: the latest to this address within the days for it."""
    hashes = context.keys.fingerprints(RECIPIENT_PURPOSE, address)
    since = clock.timestamp(clock.now() - ANSWERED)
    async with context.database.reading(one_statement=True) as tx:
        return await store.latest_to(tx, channel, hashes, since=since)


async def enter_tallies(
    context: Context, *, by: Actor, sender: Sender, tallies: Mapping[str, Mapping[str, int]]
) -> None:
    """Enter requests of which nothing but numbers is known; repeating it leaves the same state."""
    now = clock.now()
    async with context.database.transaction() as tx:
        for uid, numbers in tallies.items():
            moment, until = clock.timestamp(now), clock.timestamp(now + WINDOW)
            total = sum(numbers.values())
            known = Request(uid, sender.id, Kind.BATCH, False, total, 0, None, moment, until)
            await store.add_request(tx, known, mhash="", correlation_id="")
            for name, number in numbers.items():
                await store.add_tally(tx, uid, name, number)


async def tidy(context: Context) -> None:
    """Forget which requests were sent, once their day is over."""
    while True:
        async with context.database.transaction() as tx:
            gone = await store.forget_recent(tx, now=clock.timestamp(), limit=FORGOTTEN_AT_ONCE_MAX)
        if gone < FORGOTTEN_AT_ONCE_MAX:
            return


def replace_raw(submission: Submission) -> Submission:
    """Return a submission without what only tells malformed entries apart, unless they are malformed."""
    entries = [replace(one, raw=b"") if one.address else replace(one, raw=one.raw) for one in submission.entries]
    return replace(submission, entries=entries)


def refuse_impossible(context: Context, *, by: Actor, sender: Sender, submission: Submission) -> None:
    """Refuse what this sender cannot send; raises MessageInvalid, SenderDiffers, NotUrgent and NoMailServer."""
    _refuse_without_provider(context, submission.channel)
    if differing := differences(sender, submission.said):
        log.security(
            context.package, "sender.differs", actor=by.id, outcome="refused", sender=sender.id, fields=len(differing)
        )
        raise SenderDiffers
    if submission.urgent and not sender.urgent:
        raise NotUrgent
    found = letter_faults(submission, content_bytes_max=context.settings.number(CONTENT_BYTES))
    if submission.callback:
        fault = callback_fault(submission.callback, sender, plain=context.settings.profile == "sandbox")
        found |= {"callback": fault} if fault else {}
    if len(submission.entries) > sender.batch_recipients_max:
        found[BATCH_FIELDS[submission.channel]] = f"holds more than {sender.batch_recipients_max} recipients"
    if found:
        raise MessageInvalid(fields=found)


def letter_of(sender: Sender, submission: Submission) -> Letter:
    """Return what a request says, and who says it."""
    face = {field: getattr(sender, field) for field in FACE}
    return Letter(submission.title.strip(), submission.content, face)


def mhashes(context: Context, sender: Sender, submission: Submission) -> list[str]:
    """Return the keyed hashes by which a request is known again, that of the present secret first."""
    told = crypto.canonical([sender.id, asdict(replace_raw(submission))]).decode()
    return context.keys.fingerprints("mhash", told)


def known_recipients(context: Context, submission: Submission) -> list[tuple[Recipient | None, str]]:
    """Return each recipient, none for a malformed one, and the keyed hash by which it can be recognised."""
    return [_known(context, entry, submission.channel) for entry in submission.entries]


def _refuse_without_provider(context: Context, channel: Channel) -> None:
    if context.settings.profile != "production":
        return
    if channel is Channel.EMAIL and not context.settings.text(SMTP_URL):
        raise NoMailServer
    if channel is Channel.SMS and not providers.has_texts(context.settings):
        raise NoTextProvider


def _known(context: Context, entry: Entry, channel: Channel) -> tuple[Recipient | None, str]:
    recipient, _faults = recipient_of(entry, channel)
    told = recipient.told if recipient else entry.raw.decode("utf-8", "replace") or entry.address
    return recipient, context.keys.fingerprint(RECIPIENT_PURPOSE, told)


async def _sealed(
    context: Context, uid: str, recipients: Sequence[tuple[Recipient | None, str]], letter: bytes
) -> tuple[list[Message], tuple[bytes, bytes]]:
    def work() -> tuple[list[Message], tuple[bytes, bytes]]:
        umids = ids.new_ids(len(recipients))
        found = [
            _message(context, umid, recipient, hashed)
            for umid, (recipient, hashed) in zip(umids, recipients, strict=True)
        ]
        return found, lock(context, uid, letter)

    return await asyncio.to_thread(work) if len(recipients) > SEALED_AT_ONCE_MAX else work()


def _message(context: Context, umid: str, recipient: Recipient | None, hashed: str) -> Message:
    if recipient is None:
        return Message(umid, hashed, "", State.FAILED, Reason.MALFORMED)
    return Message(umid, hashed, "", State.QUEUED, "", *lock(context, umid, msgspec.json.encode(recipient)))


def lock(context: Context, name: str, plain: bytes) -> tuple[bytes, bytes]:
    """Seal a text with a random key of its own; return that key, sealed with ours, and the sealed text."""
    secret = ids.new_secret()
    sealed = crypto.Keyring(secret, package=context.package).seal(CONTENT, plain, bound_to=name)
    return context.keys.seal(SECRET_PURPOSE, secret.encode(), bound_to=name), sealed


def unlock(context: Context, name: str, sealed_key: bytes, sealed: bytes) -> bytes:
    """Open what `lock` sealed; raises SealBroken."""
    secret = context.keys.open(SECRET_PURPOSE, sealed_key, bound_to=name).decode()
    return crypto.Keyring(secret, package=context.package).open(CONTENT, sealed, bound_to=name)


def _sealed_callback(context: Context, uid: str, callback: str) -> bytes | None:
    return context.keys.seal(CALLBACK_PURPOSE, callback.encode(), bound_to=uid) if callback else None


async def take_turns(
    tx: Transaction, sender: Sender, *, count: int, urgent: bool, now: datetime
) -> list[tuple[datetime, int]]:
    """Take the next turns of a sender; raises QuotaUsed. Emergencies wait for nobody, but are counted."""
    held = await store.hold_pace(tx, sender.id)
    day = clock.timestamp(now)[:10]
    sent = (held.day_messages if held.day == day else 0) + count
    pace = Pace(clock.parse(held.slot_at) if held.slot_at else None, held.used)
    if urgent:
        dues = [(now, count)] if count else []
    else:
        dues, pace = turns(now, pace, per_second=sender.per_second, count=count)
    if sent > sender.daily_quota or (dues and dues[-1][0] >= now + WINDOW):
        raise QuotaUsed(headers={"Retry-After": "3600"})
    slot_at = clock.timestamp(pace.slot_at) if pace.slot_at else ""
    await store.move_pace(tx, sender.id, Turn(slot_at, pace.used, day, sent))
    return dues


def _with_dues(messages: Sequence[Message], dues: Sequence[tuple[datetime, int]], now: str) -> list[Message]:
    moments = iter([clock.timestamp(due) for due, number in dues for _ in range(number)])
    found = []
    for one in messages:
        due = next(moments) if one.sealed else now
        state = State.PENDING if due > now and one.sealed else one.state
        found.append(replace(one, due_at=due, state=state))
    return found


async def _tell(tx: Transaction, messages: Sequence[Message], parcel: Parcel) -> None:
    """Tell that a request was accepted, and which of its messages have failed at once."""
    await events.publish(tx, type="messaging.request.accepted", subject=parcel.id, data={"requestUid": parcel.id})
    for one in messages:
        if not one.sealed:
            await events.publish(
                tx,
                type="messaging.message.finished",
                subject=one.id,
                data={"requestUid": parcel.id, "messageUid": one.id, "status": Status.NOT_SENT},
            )


async def queue(tx: Transaction, by_due: Mapping[str, Sequence[str]], *, urgent: bool) -> None:
    """Ask for the sending of messages, each when its turn comes."""
    kind = SEND_EMERGENCY if urgent else SEND
    for due, umids in by_due.items():
        await jobs.enqueue_many(tx, kind, ({"message": umid} for umid in umids), due=clock.parse(due))
