"""Wire shapes of checking."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.verifying.model import CREDENTIAL_BYTES_MAX, VERDICTS, Finding, Verdict


class CheckGiven(msgspec.Struct, frozen=True):
    """A credential to be checked; number and proof, which its holder gives, ask whether it is theirs."""

    credential: Annotated[str, Meta(min_length=1, max_length=CREDENTIAL_BYTES_MAX)]
    number: Annotated[str, Meta(max_length=200)] = ""
    proof: Annotated[str, Meta(max_length=200)] = ""


class CheckAnswer(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a credential is worth. What stands beside the verdict is what the credential tells of itself."""

    verdict: Verdict
    message: str
    title: str
    issuer: str
    issuer_name: str
    issued_at: str
    expires_at: str
    criteria: str
    competencies: list[str]
    status_as_of: str
    belongs: bool | None = None
    members: list[CheckAnswer] = []


def answer_of(finding: Finding, *, belongs: bool | None = None) -> CheckAnswer:
    """Return what was found as it is answered."""
    return CheckAnswer(
        verdict=finding.verdict, message=VERDICTS[finding.verdict], title=finding.title, issuer=finding.issuer,
        issuer_name=finding.issuer_name, issued_at=finding.issued_at, expires_at=finding.expires_at,
        criteria=finding.criteria, competencies=list(finding.competencies), status_as_of=finding.status_as_of,
        belongs=belongs, members=[answer_of(one) for one in finding.members],
    )  # fmt: skip
