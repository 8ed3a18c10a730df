"""Refusals of the report on the use of personal data."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound


class InvalidIdentifier(BadRequest):
    """The identifier of a person or database has no form that one could have."""

    code = "invalid-identifier"
    title = "Send the person's identifier as userId and the database's acronym as databaseId."


class NotYours(Forbidden):
    """Only the person concerned and auditors may see who read a person's data."""

    code = "not-your-data"
    title = "You can see who read your own data only. Sign in as the person concerned, or ask an auditor."


class NoReads(NotFound):
    """Nobody read this person's data in this database."""

    code = "no-reads"
    title = "Nobody has read this person's data in this database."
