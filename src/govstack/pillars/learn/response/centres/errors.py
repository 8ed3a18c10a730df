"""Refusals about training centres."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownCentre(NotFound):
    """There is no such centre."""

    code = "unknown-centre"
    title = _("There is no such training centre.")


class GateClosed(BadRequest):
    """A gate cannot be passed yet."""

    code = "gate-closed"
    title = _("The gates are passed in their order: mandate, budget, trainers certified, first cohort, evaluation.")


class NoTrainer(BadRequest):
    """No trainer of the centre is certified."""

    code = "no-certified-trainer"
    title = _("None of the trainers of the centre has a certification that holds today.")


class NoCohort(BadRequest):
    """No session at the centre has ended."""

    code = "no-cohort"
    title = _("No session with participants has ended at this centre yet.")


class CentreChanged(Conflict):
    """Somebody else changed the centre since it was read."""

    code = "centre-changed"
    title = _("Somebody else changed this meanwhile. Read it again, then make your change.")
