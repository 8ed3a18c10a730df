"""Refusals of reading: no record, or a search that does not fit."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, Unprocessable


class NoRecord(NotFound):
    """No record matches, or none that the caller may see; the published words."""

    code = "no-record-found"
    title = "no record found"


class BadSearch(BadRequest):
    """The search names a field that does not exist, or a value that does not fit it."""

    code = "bad-search"
    title = "The search does not fit the schema of the registry."


class EmptyQuery(BadRequest):
    """A query without a field would match every record."""

    code = "empty-query"
    title = "Name at least one field in query.content; an empty query would match every record."


class SearchTooBroad(Unprocessable):
    """A pattern search would look at more records than it may."""

    code = "search-too-broad"
    title = "The pattern would have to look at too many records. Narrow the search by an exact value first."
