"""What the consent block says of an agreement and of a person's answers to it, and whether that is consent."""

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
    """Of a data policy, where it is read and for how long data is kept under it."""

    url: str = ""
    data_retention_period_days: int | None = None


class Controller(msgspec.Struct, frozen=True):
    """Who answers for an agreement."""

    name: str = ""


class Translation(msgspec.Struct, frozen=True):
    """An addition of our own consent block: what an agreement says in another language."""

    purpose: str = ""


class Version(msgspec.Struct, frozen=True):
    """Another version of an agreement."""

    id: str
    version: str


class Agreement(msgspec.Struct, frozen=True, rename="camel"):
    """Of a data agreement, what people are told and what decides whether consent to it counts."""

    id: str
    version: str
    purpose: str = ""
    active: bool | None = None
    controller: Controller | None = None
    policy: Policy | None = None
    # Additions of our own consent block: shorter than the policy's time where it is there, and other languages.
    data_retention_period_days: int | None = None
    translations: dict[str, Translation] = {}
    compatible_with_version: Version | None = None

    @property
    def days_kept(self) -> int | None:
        """Return how many days data may be kept: as the agreement says, or else as its policy does."""
        if self.data_retention_period_days is not None or self.policy is None:
            return self.data_retention_period_days
        return self.policy.data_retention_period_days

    def purpose_in(self, language: str) -> str:
        """Return what the data is used for, in a language where it was translated into that one."""
        told = self.translations.get(language)
        return told.purpose if told is not None and told.purpose else self.purpose


class Revision(msgspec.Struct, frozen=True):
    """One moment in the life of an agreement or a record."""

    id: str
    timestamp: Moment


class Individual(msgspec.Struct, frozen=True):
    """Of a person, the id that the consent block gave them."""

    id: str = ""


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
class Given:
    """A record as it stands now, with the revision that says so."""

    record: Record
    revision: Revision


@dataclass(frozen=True, slots=True)
class Asked:
    """What a learner is asked to agree to, and whether they do now; no terms where the consent block did not answer, or
    has no such agreement."""

    terms: Terms | None = None
    agreed: bool = False


def consent(answers: Iterable[Given], terms: Terms, now: datetime) -> Given | None:
    """Return the answer that is consent to an agreement now, or nothing.

    What was said last counts, when it says yes to the present version or to one that this version is compatible with,
    the agreement is active, all have signed, and the time is not over for which data may be kept under it.
    """
    last = max(answers, key=lambda one: one.revision.timestamp, default=None)
    if last is None or last.record.opt_in is not True or last.record.state == PENDING or not terms.agreement.active:
        return None
    agreement, revision = last.record.data_agreement, last.record.data_agreement_revision
    if agreement is None or revision is None or agreement.id != terms.agreement.id:
        return None
    earlier = terms.agreement.compatible_with_version
    compatible = earlier is not None and (earlier.id, earlier.version) == (agreement.id, agreement.version)
    days = agreement.days_kept
    is_over = days is not None and now >= last.revision.timestamp + timedelta(days=days)
    return last if not is_over and (revision.id == terms.revision.id or compatible) else None
