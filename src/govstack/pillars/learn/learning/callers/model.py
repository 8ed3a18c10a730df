"""What a caller may speak about, and a request that is written as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.xapi.errors import NotAStatement

CONTENT = "content"
# What the alternate syntax lets a form say in place of header fields (xAPI 1.0.3 part three, section 1.3).
HEADERS = frozenset(
    {
        "authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match",
        "accept", "accept-language", "accept-encoding",
    }
)  # fmt: skip
_OF_THE_FORM = frozenset({"content-type", "content-length", "if-match", "if-none-match"})


@dataclass(frozen=True, slots=True)
class Grant:
    """What a launched course may speak about, and until when."""

    learner_id: str
    activity: str
    registration: str
    session_id: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks to the store: a system with the right to, or a launched course within its grant."""

    actor: Actor
    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A request as a form holds it: header fields by lower-case name, parameters, and the body."""

    headers: Mapping[str, str]
    parameters: Mapping[str, str]
    content: str | None


def written(fields: Mapping[str, list[str]]) -> Written:
    """Return the request that the fields of a form stand for; raises NotAStatement for a field that comes twice."""
    headers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    content = None
    for name, values in fields.items():
        lower = name.lower()
        if len(values) != 1 or lower in headers:
            raise NotAStatement("The form holds one field twice.")
        if name == CONTENT:
            content = values[0]
        elif lower in HEADERS:
            headers[lower] = values[0]
        else:
            parameters[name] = values[0]
    return Written(headers, parameters, content)


def headed(sent: Mapping[str, str], form: Written) -> dict[str, str]:
    """Return the header fields that count: those of the form, and of the request what does not speak of the form."""
    kept = {name: value for name, value in sent.items() if name not in _OF_THE_FORM}
    return {**kept, **form.headers}
