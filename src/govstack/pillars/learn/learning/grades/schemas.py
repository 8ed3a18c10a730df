"""Wire shapes of tokens, line items, results and scores, by their published names."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.grades.model import PAGE_MAX, Grade, Line

LINE_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINES_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"

Limit = Annotated[int, Meta(ge=1, le=1_000_000)]


class ToolTokenAsked(msgspec.Struct, frozen=True):
    """What a tool asks a token with (RFC 6749 section 4.4, RFC 7523 section 2.2)."""

    grant_type: str = ""
    client_assertion_type: str = ""
    client_assertion: str = ""
    scope: str = ""


class ToolToken(msgspec.Struct, frozen=True):
    """A token of a tool (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class ToolTokenRefusal(msgspec.Struct, frozen=True):
    """Why there is no token (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class LinesQuery(msgspec.Struct, frozen=True):
    """Which line items, and how many at once."""

    resource_link_id: str = ""
    resource_id: str = ""
    tag: str = ""
    limit: Limit = PAGE_MAX
    after: str = ""


class ResultsQuery(msgspec.Struct, frozen=True):
    """Whose results, and how many at once."""

    user_id: str = ""
    limit: Limit = PAGE_MAX
    after: str = ""


class WayBack(msgspec.Struct, frozen=True, rename={"back": "return"}):
    """The page that led to a tool."""

    back: str = ""


class LineItem(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    """A line item as Assignment and Grade Services 2.0 describe it."""

    id: str
    score_maximum: float
    label: str
    resource_link_id: str = ""
    resource_id: str = ""
    tag: str = ""
    start_date_time: str = ""
    end_date_time: str = ""

    @classmethod
    def of(cls, line: Line, public_url: str) -> LineItem:
        """Return a line as tools read it."""
        return cls(
            id=address_of(line, public_url), score_maximum=line.maximum, label=line.label,
            resource_link_id=line.link_id, resource_id=line.resource_id, tag=line.tag, start_date_time=line.starts_at,
            end_date_time=line.ends_at,
        )  # fmt: skip


class ToolResult(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    """A result as Assignment and Grade Services 2.0 describe it."""

    id: str
    score_of: str
    user_id: str
    result_maximum: float
    result_score: float | None = None
    comment: str = ""

    @classmethod
    def of(cls, grade: Grade, public_url: str) -> ToolResult:
        """Return a grade as tools read it."""
        line = address_of(grade.line, public_url)
        return cls(
            id=f"{line}/results?{urlencode({'user_id': grade.subject})}", score_of=line, user_id=grade.subject,
            result_maximum=grade.line.maximum, result_score=grade.result, comment=grade.comment,
        )  # fmt: skip


def address_of(line: Line, public_url: str) -> str:
    """Return the address of a line, which is its id to tools."""
    return f"{public_url}/api/v1/lti/lineitems/{line.id}"
