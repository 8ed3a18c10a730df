"""What a record of consent says, as its snapshots hold it, and where it stands."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where a record stands; set by this block alone."""

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
    shown_language: str | None = None
    signatures_required: int = 0
    signatures: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Tell whether there is consent by this record: a yes, with all the signatures that the agreement asks for."""
        return bool(self.opt_in) and (self.signatures_required == 0 or self.state is State.SIGNED)

    @property
    def waits(self) -> bool:
        """Tell whether a yes waits for signatures."""
        return bool(self.opt_in) and not self.counts


def answered(data: RecordData, opt_in: bool | None, language: str | None = None) -> RecordData:
    """Return a record with another answer: whoever signed the earlier one has not signed this one."""
    return msgspec.structs.replace(
        data, opt_in=opt_in, state=State.UNSIGNED, signature=None, signature_hash=None, signatures=(), signers=(),
        shown_language=language or data.shown_language,
    )  # fmt: skip


def signed(data: RecordData, *, record_id: str, signature_id: str, digest: str, signer: str) -> RecordData:
    """Return a record with one more signature over it: signed when it has as many as the agreement asks for."""
    made = (*data.signatures, signature_id)
    state = State.SIGNED if len(made) >= data.signatures_required else State.PENDING
    return msgspec.structs.replace(
        data,
        id=record_id,
        state=state,
        signature=signature_id,
        signature_hash=digest,
        signatures=made,
        signers=(*data.signers, signer),
    )
