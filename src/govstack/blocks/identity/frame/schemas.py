"""The two envelopes of the published API documents, and how refusals stand in them.

The first wraps client management, linked authorisation and wallet binding: `{requestTime, request}` and
`{responseTime, response, errors}`. The second wraps enrolment and credentials: `{id, version, requesttime, request}`
and `{id, version, responsetime, metadata, response, errors}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

import msgspec

from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused
from govstack.kernel import clock
from govstack.kernel.errors import Problem

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")


VERSION = "1.0"
MILLISECONDS = 23
NAME_CHARACTERS_MAX = 200
Shape = TypeVar("Shape")
Name = Annotated[str, msgspec.Meta(max_length=NAME_CHARACTERS_MAX)]


class EnvelopeError(msgspec.Struct, rename="camel"):
    """One error of an answer."""

    error_code: str
    error_message: str = ""


def moment() -> str:
    """Return the present moment as the envelopes write it: milliseconds, UTC, final Z."""
    return in_milliseconds(clock.timestamp())


def in_milliseconds(at: str) -> str:
    """Return a kept moment as the envelopes write it."""
    return f"{at[:MILLISECONDS]}Z"


def check_moment(text: str | None) -> None:
    """Refuse a request whose moment is missing or is no date with a time in UTC (IDN-D7)."""
    if text is None or not _MOMENT.fullmatch(text):
        raise Refused(INVALID_REQUEST, "requestTime must look like 2026-11-21T10:00:00.000Z.")
    try:
        clock.parse(text)
    except ValueError as error:
        raise Refused(INVALID_REQUEST, "requestTime is no moment that exists.") from error


def wrapped(request_time: str | None, request: Shape | None) -> Shape:
    """Return what the first envelope holds; raises Refused for a moment that is none, then where nothing is held."""
    check_moment(request_time)
    if request is None:
        raise Refused(INVALID_REQUEST, "The request is missing.")
    return request


def refusal(problem: Problem) -> Mapping[str, object]:
    """Return a refusal without a response (IDN-D3); for `error_body` of an operation."""
    return {"responseTime": moment(), "errors": [_error(problem)]}


def refusal_with_empty_response(problem: Problem) -> Mapping[str, object]:
    """Return a refusal whose response is an empty object (IDN-D4); for `error_body` of an operation."""
    return {"responseTime": moment(), "response": {}, "errors": [_error(problem)]}


def _error(problem: Problem) -> EnvelopeError:
    code = problem.error_code if isinstance(problem, Refused) else INVALID_REQUEST
    return EnvelopeError(code, problem.detail)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the second envelope; its moment comes under either spelling, and may be absent."""

    id: Name = ""
    version: Name = ""
    requesttime: Name = ""
    request_time: Name = msgspec.field(default="", name="requestTime")

    def check(self) -> None:
        """Refuse a moment that is given and is none; the published shape does not demand one."""
        if self.requesttime or self.request_time:
            check_moment(self.requesttime or self.request_time)


class WorkedError(msgspec.Struct, frozen=True, rename="camel"):
    """One error of an operation whose shape writes `message`."""

    error_code: str
    message: str = ""


def wrapped_refusal(problem: Problem) -> Mapping[str, object]:
    """Return a refusal in the second envelope; for `error_body` of an operation."""
    return {
        "id": "", "version": VERSION, "responsetime": moment(), "metadata": {}, "response": {},
        "errors": [EnvelopeError(_code(problem), problem.detail)],
    }  # fmt: skip


def wrapped_refusal_with_message(problem: Problem) -> Mapping[str, object]:
    """Return a refusal in the second envelope whose error has a `message`; for `error_body` of an operation."""
    return {**wrapped_refusal(problem), "errors": [WorkedError(_code(problem), problem.detail)]}


def _code(problem: Problem) -> str:
    if isinstance(problem, Refused):
        return problem.error_code
    return INVALID_REQUEST if problem.code == "bad-request" else problem.code.replace("-", "_")
