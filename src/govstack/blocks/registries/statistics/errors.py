"""Refusals of statistics: a question that does not fit, or an answer that would be too large."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, Unprocessable


class BadQuestion(BadRequest):
    """The question does not fit the registry; `fields` names each part and why."""

    code = "bad-question"
    title = "The question does not fit the fields of the registry."


class TooManyGroups(Unprocessable):
    """The answer would have more groups than anybody reads."""

    code = "too-many-groups"
    title = "There would be too many groups. Choose a longer period or a field with fewer values, or narrow the search."


class PartlyVisible(Unprocessable):
    """The caller sees only some of the records, so the log of all changes is not for them."""

    code = "partly-visible"
    title = "You see only a part of the records. Figures over all changes need the right to see the whole registry."


class UnknownReport(NotFound):
    """There is no such report, or it is somebody else's."""

    code = "unknown-report"
    title = "There is no report of yours at this address."
