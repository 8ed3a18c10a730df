"""Refusals about consent records."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class NoRecord(BadRequest):
    """This person has not answered this agreement yet."""

    code = "no-record"
    title = "There is no consent record of this person for this agreement."


class NotChangeable(BadRequest):
    """Of a record, only the answer can change."""

    code = "not-changeable"
    title = "Of a consent record only optIn can be changed. Send the rest as it is, or leave it out."


class NotRemovable(BadRequest):
    """A record that was signed is evidence."""

    code = "not-removable"
    title = "This consent record was signed and can only be withdrawn."


class OtherDraft(BadRequest):
    """What was signed is not what this block would store."""

    code = "other-draft"
    title = "The signed text is not one that this block gave for this person and agreement. Ask for a new draft."
