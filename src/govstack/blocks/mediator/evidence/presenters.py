"""What the pages of the message log show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govstack.blocks.mediator.directory.presenters import Words
from govstack.blocks.mediator.evidence.model import Holder, Message, Proven
from govstack.blocks.mediator.explorer.model import Names
from govstack.kernel.i18n import _, ntranslate

MICROSECONDS = 1_000
SEALED = _("A time stamp covers it since")
UNSEALED = _("No time stamp covers it yet. The next one follows in a moment.")
REASONS: Mapping[str, str] = {
    "no-right": _("The application has no right to this endpoint."),
    "unknown-endpoint": _("The service has no such endpoint."),
    "endpoint-disabled": _("The endpoint is switched off."),
    "service-disabled": _("The service is switched off."),
    "bad-path": _("The path can be read in more than one way."),
    "unavailable": _("The provider could not be reached."),
    "gateway-timeout": _("The provider did not answer in time."),
    "bad-gateway": _("The provider gave no usable answer."),
    "answer-too-large": _("The answer was larger than the service allows."),
    "too-large": _("The request was larger than the service takes."),
    "caller-gone": _("The application did not wait for the end of the answer."),
}

# Why an entry or a file does not stand up to being checked, where the reason names nothing of theirs.
FAULTS: tuple[str, ...] = (
    _("The entry was changed: its hash does not fit."),
    _("The entry was changed: its signature does not fit."),
    _("The entry does not continue the one before it."),
    _("The entry is missing: it was removed, or moved elsewhere."),
    _("The entry is missing: it was cut off."),
    _("The entry is missing: a time stamp covers it."),
    _("The entry stands twice or in the wrong place."),
    _("The entry belongs to no chain of this file."),
    _("The time stamp does not fit the entry before it."),
    _("The time stamp is not signed by the certified time-stamping key."),
    _("The authority in the file is not the one you trust."),
    _("The file does not start with its header."),
    _("The file does not hold what its last line says."),
    _("The last line is missing: the file was cut off."),
    _("The line is not written as an export writes it."),
    _("There are lines after the last one."),
    _("The end of the chain is not what the last line says."),
    _("Line not understood: {why}."),
    _("The file is not one log in the format {format}."),
    _("A certificate does not hold: {why}."),
    _("The certificate of {name} was not issued by the authority."),
    _("The entry is not signed with a certified key of {name}."),
)
# Places in a file of evidence that are no entry.
PLACES: Mapping[str, str] = {"header": _("At the start of the file"), "end": _("At the end of the file")}


@dataclass(frozen=True, slots=True)
class Side:
    """The request or the answer of a message, as its page shows it."""

    direction: str
    title: str
    sound: bool
    verdict: str
    sealed: str
    sealed_at: str
    rows: Sequence[tuple[str, object]]
    place: Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key signed, and the certificate that says so."""

    subject: str
    kid: str
    first: str
    last: str
    pem: str


def outcome(words: Words, message: Message) -> tuple[str, str]:
    """Return how an exchange ended: words and the sign of a state."""
    if message.verdict == "refused":
        return words(_("Refused")), "bad"
    if message.reason or message.status >= 500:
        return words(_("Failed")), "warn"
    return words(_("Answered")), "good"


def reason(words: Words, code: str) -> str:
    """Say in words why an exchange ended so."""
    return words(REASONS[code]) if code in REASONS else code


def operation(message: Message) -> str:
    """Return what was asked for: the method and the path template."""
    return f"{message.method} {message.endpoint}".strip()


def milliseconds(words: Words, microseconds: int) -> str:
    """Write a duration, which no narrow column breaks."""
    number = microseconds / MICROSECONDS
    said = words(_("{number} ms"), number=words.number(round(number, 1 if number < 10 else 0)))
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def size(words: Words, number: int) -> str:
    """Write a number of bytes."""
    return ntranslate(words.language, "{count} byte", "{count} bytes", number)


def named(names: Mapping[str, Names], identifier: str) -> str:
    """Return what an application is called, or its identifier once it has left."""
    return names[identifier].application if identifier in names else identifier


def side(words: Words, proven: Proven) -> Side:
    """Return one entry of a message as its page shows it."""
    entry, said = proven.entry, proven.entry.message
    request = said.direction == "request"
    rows: list[tuple[str, object]] = [(words(_("Time")), words.moment(said.at))]
    if request:
        rows += [
            (words(_("Size")), size(words, said.request_bytes)),
            (words(_("Digest of the content")), {"code": said.request_digest}),
            (words(_("Digest of the address")), {"code": said.target_digest}),
        ]
    else:
        rows += [
            (words(_("Status")), str(said.status)),
            (words(_("Took")), milliseconds(words, said.duration_us)),
            (words(_("Of that the provider")), milliseconds(words, said.provider_us)),
            (words(_("Size")), size(words, said.answer_bytes)),
            (words(_("Digest of the content")), {"code": said.answer_digest}),
        ]
    sound = proven.verification.ok
    changed = words(_("This entry is not as it was written: {reason}"), reason=words.said(proven.verification.reason))
    return Side(
        direction=said.direction,
        title=words(_("Request")) if request else words(_("Answer")),
        sound=sound,
        verdict=words(_("This entry is as it was written.")) if sound else changed,
        sealed=words(SEALED if proven.sealed_at else UNSEALED),
        sealed_at=proven.sealed_at,
        rows=rows,
        place=[
            (words(_("Signed by")), {"code": said.speaker}),
            (words(_("Key")), {"code": entry.kid}),
            (words(_("Chain")), {"code": entry.chain}),
            (words(_("Place in the chain")), words.number(entry.number)),
            (words(_("Hash of this entry")), {"code": entry.hash}),
            (words(_("Hash of the entry before")), {"code": entry.previous_hash}),
            (words(_("Signature")), {"code": entry.signature}),
        ],
    )


def parties(words: Words, message: Message, names: Mapping[str, Names]) -> list[tuple[str, object]]:
    """Return who exchanged what as rows of a summary."""
    client, provider = names.get(message.client), names.get(message.provider)
    stated = words(_("Stated; the log keeps a keyed fingerprint of it")) if message.user_statement else ""
    return [
        (words(_("From")), f"{client.application} ({client.member})" if client else message.client),
        (words(_("To")), f"{provider.application} ({provider.member})" if provider else message.provider),
        (words(_("Service")), {"code": f"{message.provider}/{message.service_code}"}),
        (words(_("Operation")), {"code": operation(message)}),
        (words(_("Purpose")), message.purpose),
        (words(_("For whom")), stated),
    ]


def signer(kid: str, holder: Holder, pem: str) -> Signer:
    """Return a certificate as a page shows it."""
    first, last = holder.period
    return Signer(holder.subject, kid, first, last, pem)
