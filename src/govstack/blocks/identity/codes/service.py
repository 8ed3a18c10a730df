"""Sends one-time codes and takes them back, each once; and sends people notices by the same ways."""

from __future__ import annotations

from pathlib import Path

from govstack.blocks.identity.browsers.model import ANYWHERE, Origin, part
from govstack.blocks.identity.codes import gateways, model, store
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.codes.model import Channel, Message, Sent
from govstack.blocks.identity.people.model import Person
from govstack.kernel import clock, i18n, ids, log
from govstack.kernel.context import Context
from govstack.kernel.crypto import equal
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Problem, Unavailable
from govstack.kernel.i18n import _

MESSAGING = "IDENTITY_MESSAGING"
APPLICATION = "IDENTITY_APPLICATION"
CHANNELS = "IDENTITY_CODE_CHANNELS"
SENDINGS = "IDENTITY_CODES_MAX"
PURPOSE = "identity/one-time-code"
FOLDER = Path(__file__).parents[1]
TITLE = _("Your one-time code")
TEXT = _("{code} is your one-time code. It works for {minutes} minutes. Tell it to nobody.")
NOT_SENT = _("The code could not be sent. Try again in a moment, or use another way to sign in.")


def addresses(context: Context, *, person: Person) -> dict[Channel, str]:
    """Return where codes for a person can go, the preferred way first."""
    connected = bool(context.settings.text(MESSAGING) and context.settings.text(APPLICATION))
    offered = context.settings.text(CHANNELS).split(",") if connected else []
    known = {Channel.EMAIL: person.claim("email"), Channel.SMS: person.claim("phone_number")}
    return {channel: known[channel] for name in offered if known.get(channel := Channel(name.strip()), "")}


def channels(context: Context, *, person: Person) -> dict[Channel, str]:
    """Return the ways a code can reach a person, each with a hint at the address; the sandbox has one always."""
    ways = {channel: model.masked(channel, address) for channel, address in addresses(context, person=person).items()}
    return ways or ({Channel.PAGE: ""} if context.settings.profile == "sandbox" else {})


async def send(context: Context, *, person: Person, purpose: str, channel: str = "", origin: Origin = ANYWHERE) -> Sent:
    """Send a new code, which takes the place of the one before; raises NoChannel, CodesTooMany and Unavailable.

    Where the person is known they have as many as all strangers have together, of whom no browser has all.
    """
    ways = channels(context, person=person)
    chosen = next((way for way in ways if channel in {"", way.value}), None)
    if chosen is None:
        raise NoChannel
    code, now = ids.new_digits(model.CODE_DIGITS), clock.now()
    async with context.database.transaction() as tx:
        here, strangers = await store.note_sending(
            tx, sending_id=ids.new_id(), person_id=person.id, at=clock.timestamp(now),
            since=clock.timestamp(now - model.SENDINGS_WINDOW), origin=origin,
        )  # fmt: skip
        most = context.settings.number(SENDINGS)
        if (here if origin.known else strangers) > most:
            raise CodesTooMany
        if origin.name and not origin.known and here > part(most):
            raise CodesTooMany
        await store.put(
            tx, person_id=person.id, purpose=purpose[: model.PURPOSE_CHARACTERS_MAX], channel=chosen,
            print_=_prints(context, person.id, purpose, code)[0], expires_at=clock.timestamp(now + model.CODE_LIFE),
        )  # fmt: skip
    shown = code if context.settings.profile == "sandbox" else ""
    if chosen is not Channel.PAGE:
        await _deliver(context, person, chosen, code, shown=shown)
    return Sent(chosen, ways[chosen], shown)


async def notify(
    context: Context, *, person: Person, title: str, text: str, purpose: str, key: str, **values: str
) -> bool:
    """Send a person a notice by e-mail, or by SMS where no mail is known; false when there is no way to them.

    `title` and `text` are sentences marked for translation, with places for `values`; the same key again is the same
    notice. Raises a Problem when messaging does not take it.
    """
    service, application = context.settings.text(MESSAGING), context.settings.text(APPLICATION)
    channel = Channel.EMAIL if person.claim("email") else Channel.SMS
    address = person.claim("email") or person.claim("phone_number")
    if not (service and application and address):
        return False
    language = i18n.choose_language(accept=person.claim("locale").replace("_", "-"))
    i18n.register(FOLDER)
    message = Message(
        channel, address, i18n.translate(language, title, folder=FOLDER),
        i18n.translate(language, text, folder=FOLDER, **values),
    )  # fmt: skip
    await gateways.notify(context, message, application=application, service=service, purpose=purpose, key=key)
    return True


async def check(context: Context, tx: Transaction, *, person_id: str, purpose: str, code: str) -> Channel | None:
    """Return how the code came that was sent for a purpose and is this one; nothing for any other.

    The try counts also when nothing is returned: the transaction it is made in has to be kept.
    """
    purpose_kept = purpose[: model.PURPOSE_CHARACTERS_MAX]
    kept = await store.count_try(
        tx, person_id=person_id, purpose=purpose_kept, now=clock.timestamp(), latest=clock.latest_end(model.CODE_LIFE)
    )
    if kept is None or kept.tries > model.TRIES_MAX:
        return None
    if not any(equal(one, kept.print) for one in _prints(context, person_id, purpose, code)):
        return None
    return kept.channel if await store.use(tx, kept, person_id=person_id, purpose=purpose_kept) else None


async def _deliver(context: Context, person: Person, channel: Channel, code: str, *, shown: str) -> None:
    language = i18n.choose_language(accept=person.claim("locale").replace("_", "-"))
    i18n.register(FOLDER)
    text = i18n.translate(language, TEXT, folder=FOLDER, code=code, minutes=model.CODE_MINUTES)
    title = i18n.translate(language, TITLE, folder=FOLDER)
    message = Message(channel, addresses(context, person=person)[channel], title, text)
    settings = context.settings
    try:
        await gateways.send(context, message, application=settings.text(APPLICATION), service=settings.text(MESSAGING))
    except Problem as problem:
        # What messaging says may hold the address; its code does not.
        log.logger(context.package).warning("code.not-sent", channel=channel.value, reason=problem.code)
        if not shown:
            raise Unavailable(NOT_SENT) from problem


def _prints(context: Context, person_id: str, purpose: str, code: str) -> list[str]:
    """Return what a code is known by, under each master secret that it may have been sent under, the newest first."""
    return context.keys.fingerprints(PURPOSE, f"{person_id}|{purpose}|{code}")
