"""Refusals of a change to a record."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden, Problem


class RecordOutOfReach(Forbidden):
    """The record, as it would be written, is not one the caller has a right to."""

    code = "record-out-of-reach"
    title = "Your right does not cover a record with this content."


class RecordLinked(Conflict):
    """Other records point at this one by a strict link."""

    code = "record-linked"
    title = "Other records link to this one. Change or delete those first."


class Duplicate(Conflict):
    """Another record has a value that must be unique."""

    code = "duplicate-value"
    title = "Another record has a value that must be unique."


class RevisionStale(Problem):
    """The record changed since the caller read it."""

    status = 412
    code = "revision-stale"
    title = "The record has changed since you read it. Read it again, then repeat your change."
