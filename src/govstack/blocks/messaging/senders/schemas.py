"""The shapes of administering senders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import msgspec

from govstack.blocks.messaging.senders.model import Key, Sender, Wish
from govstack.blocks.messaging.senders.service import LISTED_MAX


class SenderRequest(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What is to be registered about a sender; what is left out has its usual value."""

    organisation_name: str
    email: str
    organisation_reg_nr: str = ""
    on_behalf_of_name: str = ""
    on_behalf_of_reg_nr: str = ""
    reply_to: str = ""
    name: str = ""
    application: str = ""
    callback_hosts: list[str] = []
    per_second: int = 20
    daily_quota: int = 100_000
    batch_recipients_max: int = 10_000
    retry_first_seconds: float = 60.0
    retry_factor: float = 2.0
    retry_longest_seconds: float = 3_600.0
    urgent: bool = False

    @property
    def wish(self) -> Wish:
        """Return what is asked for."""
        return Wish(**{**msgspec.structs.asdict(self), "callback_hosts": "\n".join(self.callback_hosts)})


class SenderShape(msgspec.Struct, frozen=True, rename="camel"):
    """A sender as it is registered."""

    id: str
    state: str
    organisation_name: str
    email: str
    organisation_reg_nr: str
    on_behalf_of_name: str
    on_behalf_of_reg_nr: str
    reply_to: str
    name: str
    application: str
    callback_hosts: list[str]
    per_second: int
    daily_quota: int
    batch_recipients_max: int
    retry_first_seconds: float
    retry_factor: float
    retry_longest_seconds: float
    urgent: bool
    created_at: str
    changed_at: str


class KeyShape(msgspec.Struct, frozen=True, rename="camel"):
    """A key, without the key itself."""

    id: str
    created_at: str
    revoked_at: str | None


class SenderDetails(msgspec.Struct, frozen=True):
    """A sender and its keys."""

    sender: SenderShape
    keys: list[KeyShape]


class SenderList(msgspec.Struct, frozen=True):
    """Senders in the order of their ids; `next` is what to send as `after` for those that follow, or empty."""

    senders: list[SenderShape]
    next: str = ""


class SenderListQuery(msgspec.Struct, frozen=True):
    """Where the list goes on."""

    after: str = ""


class KeyGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A key that was made: `key` is there when it is made and never again."""

    id: str
    sender_id: str
    key: str = ""


def shape(sender: Sender) -> SenderShape:
    """Return a sender as it is shown."""
    found = {name: value for name, value in asdict(sender).items() if name in SenderShape.__struct_fields__}
    return SenderShape(**{**found, "callback_hosts": list(sender.hosts), "state": str(sender.state)})


def details(sender: Sender, keys: list[Key]) -> SenderDetails:
    """Return a sender and its keys as they are shown."""
    return SenderDetails(shape(sender), [KeyShape(key.id, key.created_at, key.revoked_at) for key in keys])


def listed(senders: list[Sender]) -> SenderList:
    """Return a page of senders."""
    return SenderList([shape(one) for one in senders], senders[-1].id if len(senders) == LISTED_MAX else "")


def named(fields: Mapping[str, str]) -> dict[str, str]:
    """Return faults under the names that fields have in this interface."""
    known = dict(zip(SenderRequest.__struct_fields__, SenderRequest.__struct_encode_fields__, strict=True))
    return {known.get(name, name): fault for name, fault in fields.items()}
