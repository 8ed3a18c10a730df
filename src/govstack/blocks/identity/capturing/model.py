"""The questions of an enrolment, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.identity.packets.model import Process
from govstack.kernel.i18n import _


class Step(StrEnum):
    """One page of questions."""

    PERSON = "person"
    NAME = "name"
    BIRTH = "birth"
    CONTACT = "contact"
    ADDRESS = "address"
    DOCUMENT = "document"


# Documents that people show, where the country names no others.
CATEGORIES: Mapping[str, str] = {
    "birth-certificate": _("Birth certificate"),
    "passport": _("Passport"),
    "national-card": _("National identity card"),
    "proof-of-address": _("Proof of address"),
    "court-decision": _("Decision of a court or an office"),
    "photograph": _("Photograph of the person"),
    "other": _("Another document"),
}
PROCESSES: Mapping[Process, tuple[str, str]] = {
    Process.NEW: (_("Register somebody new"), _("They have never been registered here.")),
    Process.UPDATE: (_("Change what is registered"), _("You need their number and a document that shows the change.")),
    Process.LOST: (_("Give a new number"), _("They lost their number. What they had stops working.")),
}


@dataclass(frozen=True, slots=True)
class Way:
    """The questions of a process."""

    steps: tuple[Step, ...]

    def after(self, step: Step) -> Step | None:
        """Return the question that follows, None after the last."""
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def before(self, step: Step) -> Step | None:
        """Return the question before, None at the first."""
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None


_QUESTIONS = (Step.NAME, Step.BIRTH, Step.CONTACT, Step.ADDRESS, Step.DOCUMENT)
WAYS: Mapping[Process, Way] = {
    Process.NEW: Way(_QUESTIONS),
    Process.UPDATE: Way((Step.PERSON, *_QUESTIONS)),
    Process.LOST: Way((Step.NAME, Step.BIRTH, Step.DOCUMENT)),
}


def way_of(process: Process) -> Way:
    """Return the questions of a process."""
    return WAYS[process]
