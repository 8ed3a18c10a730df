"""Refusals about ratings."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden
from govstack.kernel.i18n import _


class RatingRefused(BadRequest):
    """A rating does not fit; `fields` says which and why."""

    code = "rating-refused"
    title = _("A rating does not fit. Nothing was kept.")


class RatingTaken(Conflict):
    """Another rating has this id."""

    code = "rating-taken"
    title = _("Another rating has this id already, and ratings are never changed. Give a new one an id of its own.")


class NotYoursToRate(Forbidden):
    """People rate themselves and those who report to them; the rest comes from tests, evidence and credentials."""

    code = "not-yours-to-rate"
    title = _("You can rate yourself and those who report to you. Ask the training unit for anybody else.")


class NotYoursToSee(Forbidden):
    """What was said of a person is for them, their manager and the training unit."""

    code = "not-yours-to-see"
    title = _("Only the person, their manager and the training unit see this.")
