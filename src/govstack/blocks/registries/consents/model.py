"""What the consent block says about a person and an agreement, and whether that is consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

PENDING = "pending more signatures"
Moment = Annotated[datetime, Meta(tz=True)]


class Policy(msgspec.Struct, frozen=True, rename="camel"):
    """Of a policy, for how long data may be kept and used under it."""

    data_retention_period_days: int | None = None


class Version(msgspec.Struct, frozen=True):
    """Another version of an agreement."""

    id: str
    version: str


class Agreement(msgspec.Struct, frozen=True, rename="camel"):
    """Of a data agreement, what decides whether consent to it counts."""

    id: str
    version: str
    active: bool | None = None
    policy: Policy | None = None
    # An addition of our own consent block: shorter than the policy's time where it is there.
    data_retention_period_days: int | None = None
    compatible_with_version: Version | None = None

    @property
    def days_kept(self) -> int | None:
        """Return how many days data may be kept: as the agreement says, or else as its policy does."""
        if self.data_retention_period_days is not None or self.policy is None:
            return self.data_retention_period_days
        return self.policy.data_retention_period_days


class Revision(msgspec.Struct, frozen=True):
    """One moment in the life of an agreement or a record."""

    id: str
    timestamp: Moment


class Individual(msgspec.Struct, frozen=True, rename="camel"):
    """Of a person, the identifier that they sign in with."""

    external_id: str = ""


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody answered to one version of an agreement."""

    id: str
    state: str
    individual: Individual | None = None
    opt_in: bool | None = None
    data_agreement: Agreement | None = None
    data_agreement_revision: Revision | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement as it stands now."""

    agreement: Agreement
    revision: Revision


@dataclass(frozen=True, slots=True)
class Answer:
    """A record as it stands now, with the revision that says so."""

    record: Record
    revision: Revision

    @property
    def citation(self) -> str:
        """Return how the log of reads names it."""
        return f"{self.record.id}@{self.revision.id}"


def consent(answers: Iterable[Answer], terms: Terms, now: datetime) -> Answer | None:
    """Return the answer that is consent to an agreement now, or nothing.

    Somebody may be known under several entries: what was said last counts. It counts when it says yes, to the present
    version or to one that the present version declares itself compatible with, in an agreement that is active, and
    within the time for which that version and its policy let data be kept.
    """
    last = max(answers, key=lambda one: one.revision.timestamp, default=None)
    if last is None or last.record.opt_in is not True or last.record.state == PENDING or not terms.agreement.active:
        return None
    return last if _is_present(last.record, terms) and not _is_over(last, now) else None


def _is_present(record: Record, terms: Terms) -> bool:
    agreement, revision = record.data_agreement, record.data_agreement_revision
    if agreement is None or revision is None or agreement.id != terms.agreement.id:
        return False
    earlier = terms.agreement.compatible_with_version
    compatible = earlier is not None and (earlier.id, earlier.version) == (agreement.id, agreement.version)
    return revision.id == terms.revision.id or compatible


def _is_over(answer: Answer, now: datetime) -> bool:
    days = answer.record.data_agreement.days_kept if answer.record.data_agreement else None
    return days is not None and now >= answer.revision.timestamp + timedelta(days=days)
