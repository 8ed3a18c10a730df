"""Rows of tokens, lines and scores; what a tool says about a learner's work is sealed before it gets here."""

from __future__ import annotations

from dataclasses import asdict

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.grades.model import Activity, Grading, Kept, Line, Score

SQL = queries(__file__)


async def add_token(tx: Transaction, *, hash: str, tool_id: str, scopes: tuple[str, ...], expires_at: str) -> None:  # noqa: A002
    """Keep a token as its hash."""
    await SQL.add_token(tx, hash=hash, tool_id=tool_id, scopes=" ".join(scopes), expires_at=expires_at)


async def token(tx: Transaction, *, hash: str, now: str) -> tuple[str, tuple[str, ...]] | None:  # noqa: A002
    """Return the tool of a token that counts, and what it was given for."""
    row = await SQL.token(tx, hash=hash, now=now)
    return None if row is None else (str(row["tool_id"]), tuple(row["scopes"].split()))


async def add_proof(tx: Transaction, *, hash: str, expires_at: str) -> bool:  # noqa: A002
    """Remember a proof; false when it was used before."""
    return bool(await SQL.add_proof(tx, hash=hash, expires_at=expires_at))


async def tidy(tx: Transaction, *, before: str) -> None:
    """Forget tokens and proofs that ended before a moment."""
    await SQL.tidy_tokens(tx, before=before)
    await SQL.tidy_proofs(tx, before=before)


async def lines(
    tx: Transaction, tool_id: str, *, link_id: str, resource_id: str, tag: str, after: str, limit: int
) -> list[Line]:
    """Return lines of a tool in the order of their ids; an empty text asks for any."""
    rows = await SQL.lines(
        tx, tool_id=tool_id, link_id=link_id, resource_id=resource_id, tag=tag, after=after, limit=limit
    )
    return [_line(row) for row in rows]


async def line(tx: Transaction, line_id: str) -> Line | None:
    """Return a line."""
    row = await SQL.line(tx, id=line_id)
    return None if row is None else _line(row)


def _line(row: Row) -> Line:
    return Line(**{**row, "coupled": bool(row["coupled"]), "pass_percent": int(row["pass_percent"])})


async def own_lines(tx: Transaction, tool_id: str) -> int:
    """Return how many lines a tool added."""
    return int(await SQL.own_lines(tx, tool_id=tool_id))


async def put_line(tx: Transaction, one: Line) -> None:
    """Add or change a line that a tool added; one that belongs to a link stays."""
    given = asdict(one)
    for name in ("coupled", "pass_percent"):
        given.pop(name)
    await SQL.add_line(tx, **given)


async def remove_line(tx: Transaction, line_id: str) -> bool:
    """Take a line away that a tool added, with its scores; false when there is none."""
    return bool(await SQL.remove_line(tx, id=line_id))


async def put_score(
    tx: Transaction, line_id: str, learner_id: str, score: Score, *, sealed: bytes | None, print: str, at: str  # noqa: A002
) -> bool:  # fmt: skip
    """Keep a score; false when a newer one, or one of the same moment, is kept."""
    return bool(
        await SQL.put_score(
            tx, line_id=line_id, learner_id=learner_id, given=score.score_given, maximum=score.score_maximum,
            activity=score.activity_progress.value, grading=score.grading_progress.value, comment_sealed=sealed,
            print=print, scored_at=at,
        )
    )  # fmt: skip


async def is_kept(tx: Transaction, line_id: str, learner_id: str, *, print: str, at: str) -> bool:  # noqa: A002
    """Tell whether this very score is the one that is kept."""
    row = await SQL.print(tx, line_id=line_id, learner_id=learner_id)
    return row is not None and (row["print"], row["scored_at"]) == (print, at)


async def scores(tx: Transaction, line_id: str, *, subject: str, after: str, limit: int) -> list[Kept]:
    """Return scores of a line in the order of those whom the tool knows; an empty text asks for all of them."""
    return [_kept(row) for row in await SQL.scores(tx, line_id=line_id, subject=subject, after=after, limit=limit)]


async def score(tx: Transaction, line_id: str, learner_id: str) -> Kept | None:
    """Return the score of a learner in a line."""
    row = await SQL.score(tx, line_id=line_id, learner_id=learner_id)
    return None if row is None else _kept(row)


def _kept(row: Row) -> Kept:
    return Kept(**{**row, "activity": Activity(row["activity"]), "grading": Grading(row["grading"])})


async def forget(tx: Transaction, learner_id: str) -> None:
    """Take away the scores of a learner."""
    await SQL.forget(tx, learner_id=learner_id)
