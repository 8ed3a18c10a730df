"""The shapes of wordings."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from govstack.blocks.messaging.intake.model import Channel, Entry
from govstack.blocks.messaging.intake.schemas import CallbackAddress, RecipientInfo
from govstack.blocks.messaging.wording.model import SHOWN_MAX, Draft, FieldKind, Said, Text, Wording


class TextShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in one language; {field} stands for a value, {{ and }} for braces."""

    title: str
    content: str


class WordingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a wording says: texts by language, their fields and what each holds, and the language to fall back to."""

    fallback: str
    texts: dict[str, TextShape]
    fields: dict[str, FieldKind] = {}

    @property
    def draft(self) -> Draft:
        """Return what is written."""
        texts = {language: Text(text.title, text.content) for language, text in self.texts.items()}
        return Draft(self.fallback, self.fields, texts)


class WordingShape(msgspec.Struct, frozen=True, rename="camel"):
    """A version of a wording."""

    name: str
    version: int
    fallback: str
    fields: dict[str, FieldKind]
    texts: dict[str, TextShape]
    created_at: str


class WordingList(msgspec.Struct, frozen=True):
    """Wordings in use; `next` is what to send as `before` for those that follow, or 0."""

    wordings: list[WordingShape]
    next: int = 0


class WordingsQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    before: int = 0
    lang: str = ""


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For whom a wording is said: their language, and a value for each field."""

    language: str
    values: dict[str, str] = {}


class WordingRecipient(RecipientInfo, frozen=True):
    """Who receives a wording: by mail as sending takes it, else `recipient`, a phone's number or a person's id."""

    recipient: str | None = None

    @property
    def entry(self) -> Entry:
        """Return the recipient as it was sent."""
        return replace(super().entry, recipient=self.recipient or "")


class WordingSend(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """To whom a wording is sent, by which channel, in which language, and with which values."""

    recipient_info: WordingRecipient
    language: str
    values: dict[str, str] = {}
    callback: CallbackAddress | None = None
    channel: Channel = Channel.EMAIL


class WordingSent(msgspec.Struct, frozen=True, rename="camel"):
    """The id by which the request is followed, and what was said: the version, and in which language."""

    response: str
    request_uid: str
    version: int
    language: str


class SaidShape(msgspec.Struct, frozen=True):
    """A wording as it would be sent."""

    version: int
    language: str
    title: str
    content: str


def shape(found: Wording) -> WordingShape:
    """Return a wording as it is shown."""
    texts = {language: TextShape(text.title, text.content) for language, text in found.texts.items()}
    return WordingShape(found.name, found.version, found.fallback, dict(found.fields), texts, found.created_at)


def listed(found: list[Wording]) -> WordingList:
    """Return a page of wordings."""
    return WordingList([shape(one) for one in found], found[-1].number if len(found) == SHOWN_MAX else 0)


def said_shape(said: Said) -> SaidShape:
    """Return what would be sent."""
    return SaidShape(said.version, said.language, said.title, said.content)
