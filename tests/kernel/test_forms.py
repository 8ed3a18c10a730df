"""A form that is sent twice is done once, and both are answered alike."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import httpx
import pytest

from govstack.kernel import clock, forms
from govstack.kernel.context import Context
from govstack.kernel.errors import Conflict, GatewayTimeout, Unavailable
from govstack.kernel.routing import Answer, Call, Routes, signed_in
from govstack.kernel.sessions import VISIT_COOKIE
from govstack.web.answers import Redirect
from tests.builders.running import Bench, bench
from tests.builders.sample import SAMPLE
from tests.databases import Databases

HTML = "text/html; charset=utf-8"
FAULTS = {"fault": RuntimeError("unforeseen"), "time-out": GatewayTimeout(), "outage": Unavailable()}


@dataclass
class Desk:
    """A package with one form that counts what was done, and somebody before it."""

    running: Bench
    somebody: httpx.AsyncClient
    done: list[str]
    gate: asyncio.Event

    async def send(self, mark: str, client: httpx.AsyncClient | None = None, **values: str) -> httpx.Response:
        """Send the form as it was shown under a mark."""
        client = client or self.somebody
        opened = await client.get("/form")
        token = re.search(r"token=(\S+)", opened.text)
        assert token
        return await client.post("/form", data={"csrf_token": token[1], "form_mark": mark, **values})


def browser(running: Bench, subject: str) -> httpx.AsyncClient:
    """A signed-in person's browser that was here before."""
    made = running.browser(subject)
    made.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
    return made


@pytest.fixture
async def desk(databases: Databases) -> Desk:
    pages, done, gate = Routes(), list[str](), asyncio.Event()
    gate.set()

    @pages.page("/form", access=signed_in(), operation_id="form")
    async def show(call: Call) -> Answer:
        return Answer(body=f"token={call.session['csrf_token']}".encode(), media_type=HTML)

    @pages.form("/form", access=signed_in(), operation_id="send")
    async def send(call: Call) -> Answer | Redirect:
        await gate.wait()
        kind = call.form.get("kind", "")
        if kind == "refused":
            raise Conflict("Not now.")
        done.append(call.form.get("what", ""))
        if kind in FAULTS:
            raise FAULTS[kind]
        if kind == "file":
            return Answer(body=b"1,2", media_type="text/csv")
        if kind == "wrong":
            return Answer(body=b"wrong", status=400, media_type=HTML)
        return Redirect(f"/made/{len(done)}", notice="Done.")

    running = bench(replace(SAMPLE, pages=pages), await databases.migrated())
    return Desk(running, browser(running, "somebody"), done, gate)


@pytest.mark.requirement("X214", "SD-1")
async def test_a_form_that_is_sent_twice_is_done_once_and_answered_alike(desk: Desk) -> None:
    first = await desk.send("1", what="a")
    again = await desk.send("1", what="a")

    assert desk.done == ["a"]
    assert (first.status_code, first.headers["location"]) == (303, "/made/1")
    assert [again.status_code, again.headers["location"], again.headers["set-cookie"]] == [
        first.status_code, first.headers["location"], first.headers["set-cookie"],
    ]  # fmt: skip


@pytest.mark.requirement("X214", "SD-1")
async def test_a_form_that_comes_while_the_first_is_worked_on_waits_for_its_answer(desk: Desk) -> None:
    desk.gate.clear()
    both = [asyncio.create_task(desk.send("1", what="a")) for _ in range(2)]
    await asyncio.sleep(2 * forms.LOOK_SECONDS)
    desk.gate.set()

    answers = await asyncio.gather(*both)

    assert desk.done == ["a"]
    assert {answer.headers["location"] for answer in answers} == {"/made/1"}


@pytest.mark.parametrize(
    ("mark", "what"), [("2", "a"), ("1", "b"), ("", "a")], ids=["shown anew", "filled in otherwise", "without a mark"]
)
async def test_another_form_is_done_too(desk: Desk, mark: str, what: str) -> None:
    await desk.send("1" if mark else "", what="a")
    await desk.send(mark, what=what)

    assert desk.done == ["a", what]


async def test_the_form_of_another_person_is_done_too(desk: Desk) -> None:
    await desk.send("1", what="a")
    other = await desk.send("1", browser(desk.running, "other"), what="a")

    assert (desk.done, other.headers["location"]) == (["a", "a"], "/made/2")


@pytest.mark.parametrize("kind", ["wrong", "file"])
async def test_what_was_not_right_or_is_a_file_is_made_anew(desk: Desk, kind: str) -> None:
    for _ in range(2):
        await desk.send("1", what="a", kind=kind)

    assert desk.done == ["a", "a"]


async def test_a_form_that_was_refused_can_be_sent_again(desk: Desk) -> None:
    answers = [await desk.send("1", kind="refused") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("Not now." in answer.text for answer in answers)
    assert await kept(desk.running.context) == []


@pytest.mark.requirement("X214", "SD-1")
@pytest.mark.parametrize("kind", FAULTS)
async def test_a_form_that_failed_after_its_work_is_not_done_again(desk: Desk, kind: str) -> None:
    first = await desk.send("1", what="a", kind=kind)
    again = await desk.send("1", what="a", kind=kind)

    assert desk.done == ["a"]
    assert (first.status_code >= 500, again.status_code, forms.LOST in again.text) == (True, 409, True)


@pytest.mark.requirement("X214", "SD-1")
async def test_a_form_that_took_too_long_is_not_done_again(desk: Desk) -> None:
    async def stored_and_slow() -> Answer:
        desk.done.append("a")
        await asyncio.sleep(3_600)
        return Answer(body=b"", media_type=HTML)

    call = SimpleNamespace(context=desk.running.context, form={forms.MARK: "1"}, form_lists={}, files={}, url_path="/")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await forms.once(cast(Call, call), stored_and_slow)

    with pytest.raises(Conflict, match="its answer was lost"):
        await forms.once(cast(Call, call), stored_and_slow)
    assert desk.done == ["a"]


async def test_a_form_that_was_cut_off_halfway_is_not_done_again(desk: Desk) -> None:
    await desk.send("1", what="a")
    context = desk.running.context
    before = clock.timestamp(clock.now() - timedelta(seconds=context.settings.number("REQUEST_SECONDS_MAX") + 1))
    async with context.database.transaction() as tx:
        await tx.execute(f"UPDATE sent_form SET answer = NULL, at = '{before}'")

    again = await desk.send("1", what="a")

    assert (desk.done, again.status_code, forms.LOST in again.text) == (["a"], 409, True)


async def test_answers_are_kept_sealed_and_not_for_long(desk: Desk) -> None:
    await desk.send("1", what="a")
    rows = await kept(desk.running.context)
    async with desk.running.context.database.transaction() as tx:
        await tx.execute(f"UPDATE sent_form SET at = '{clock.timestamp(clock.now() - forms.KEPT - timedelta(1))}'")
    await desk.send("2", what="b")

    assert (len(rows), b"/made/" in rows[0]) == (1, False)
    assert len(await kept(desk.running.context)) == 1


async def kept(context: Context) -> list[bytes]:
    """The answers that are kept."""
    async with context.database.reading() as tx:
        return [bytes(row["answer"]) for row in await tx.fetch("SELECT answer FROM sent_form")]
