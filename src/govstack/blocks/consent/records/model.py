"""What a record of consent says, as its snapshots hold it, and where it stands."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where a record stands; set by this block alone. The middle one is published, and nothing leads there yet."""

    UNSIGNED = "unsigned"
    PENDING = "pending more signatures"
    SIGNED = "signed"


class RecordData(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A record as its snapshots hold it: other things by their ids, and the agreement by the hash of its revision."""

    id: str
    data_agreement: str
    data_agreement_revision: str
    data_agreement_revision_hash: str
    individual: str
    opt_in: bool | None
    state: State = State.UNSIGNED
    signature: str | None = None
    signature_hash: str | None = None


def answered(data: RecordData, opt_in: bool | None) -> RecordData:
    """Return a record with another answer: whoever signed the earlier one has not signed this one."""
    return msgspec.structs.replace(data, opt_in=opt_in, state=State.UNSIGNED, signature=None, signature_hash=None)


def signed(data: RecordData, *, record_id: str, signature_id: str, digest: str) -> RecordData:
    """Return a record with the signature over it."""
    return msgspec.structs.replace(
        data, id=record_id, state=State.SIGNED, signature=signature_id, signature_hash=digest
    )
