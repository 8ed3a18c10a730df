"""Forms that are sent twice, by a double click or on a slow line: what they ask is done once, and answered alike.

A form carries another mark each time it is shown. The first request with a mark and a content claims them and does the
work; one that is the same gets the first one's answer. A refusal gives the claim up: it left nothing behind. A fault
or a time-out may have left something behind: there the form is not done again, and its sender is told to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta

import msgspec

from govstack.kernel import clock, crypto
from govstack.kernel.context import Context
from govstack.kernel.db import queries
from govstack.kernel.errors import Conflict, Problem, Unavailable
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call

SQL = queries(__file__, "forms.sql")
MARK = "form_mark"
PURPOSE = "form-answer"
KEPT = timedelta(minutes=15)
ANSWER_BYTES_MAX = 1 << 20
LOOK_SECONDS = 0.1
FAULT_STATUS_MIN = 500
NO_ANSWER = b""
LOST = _("This form was sent before, and its answer was lost. Look whether it was done before you fill it in again.")


class _Kept(msgspec.Struct, frozen=True):
    """An answer as it is kept."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    cookies: tuple[str, ...]


async def once(call: Call, work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Return what a form is answered: by doing the work, or as the same form was answered before.

    A form without a mark is always worked on. Raises Conflict where the first one was cut off halfway or failed.
    """
    if not call.form.get(MARK):
        return await work()
    context, name = call.context, _name(call)
    while not await _claim(context, name):
        earlier = await _earlier(context, name)
        if earlier is not None:
            return earlier
        await asyncio.sleep(LOOK_SECONDS)
    try:
        answer = await work()
    except BaseException as error:
        refused = isinstance(error, Problem) and error.status < FAULT_STATUS_MIN
        await _settle(context, name, None if refused else NO_ANSWER)
        raise
    await _settle(context, name, _sealed(context, name, answer) if _is_kept(answer) else None)
    return answer


def _name(call: Call) -> str:
    # The token of the form is in it, and with it the person and the browser: nobody gets another one's answer.
    files = {name: crypto.digest(one.content) for name, one in call.files.items()}
    return crypto.digest(msgspec.json.encode([call.url_path, call.form_lists, files], order="sorted"))


def _is_kept(answer: Answer) -> bool:
    """Tell whether an answer is kept: pages and moves to pages. Files are made anew, and pages that only ask on."""
    body = answer.body
    return (
        answer.media_type.startswith("text/html")
        and not answer.asks_on
        and answer.status is not None
        and answer.status < 400
        and body is not None
        and len(body) <= ANSWER_BYTES_MAX
    )


async def _claim(context: Context, name: str) -> bool:
    now = clock.now()
    async with context.database.transaction() as tx:
        await SQL.forget_forms(tx, before=clock.timestamp(now - KEPT))
        return bool(await SQL.claim_form(tx, name=name, at=clock.timestamp(now)))


async def _earlier(context: Context, name: str) -> Answer | None:
    """Return the answer to the same form, None while it is being worked on; raises Conflict when it never came."""
    async with context.database.reading(one_statement=True) as tx:
        found = await SQL.sent_form(tx, name=name)
    if found is None:
        return None
    if found["answer"] == NO_ANSWER:
        raise Conflict(LOST)
    if found["answer"] is None:
        longest = timedelta(seconds=context.settings.number("REQUEST_SECONDS_MAX"))
        if found["at"] < clock.timestamp(clock.now() - longest):
            raise Conflict(LOST)
        return None
    plain = context.keys.open(PURPOSE, bytes(found["answer"]), bound_to=name)
    kept = msgspec.msgpack.decode(plain, type=_Kept)
    return Answer(
        body=kept.body, status=kept.status, media_type="text/html; charset=utf-8", headers=kept.headers,
        cookies=kept.cookies,
    )  # fmt: skip


def _sealed(context: Context, name: str, answer: Answer) -> bytes:
    kept = _Kept(answer.status or 200, answer.body or b"", dict(answer.headers), answer.cookies)
    return context.keys.seal(PURPOSE, msgspec.msgpack.encode(kept), bound_to=name)


async def _settle(context: Context, name: str, answer: bytes | None) -> None:
    """Keep the answer to a form; None lets the form be sent again.

    Where the database is away by now the claim stays as it is, and with time becomes that of a lost answer.
    """
    with suppress(Unavailable):
        async with context.database.transaction() as tx:
            if answer is None:
                await SQL.release_form(tx, name=name)
            else:
                await SQL.keep_form(tx, name=name, answer=answer)
