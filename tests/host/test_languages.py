"""Whoever gets an answer in a language they do not read can change it, and loses nothing that they typed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from govstack.kernel.errors import Conflict, TooMany
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Call, Routes, public
from govstack.kernel.sessions import VISIT_COOKIE
from govstack.web.answers import Page
from tests.builders.running import bench
from tests.builders.sample import SAMPLE
from tests.databases import Databases
from tests.page_lint import lint

TEMPLATE = """{% extends "layout.html" %}{% set title = 'Cow' %}{% block content %}
<form method="post" action="/cow">{{ forms.csrf() }}{{ forms.text('cow', 'Cow', value=cow, errors=errors) }}
</form>
{% endblock %}"""
BUTTON = re.compile(r'<button class="gs-languages__link[^>]*formaction="([^"]+)"[^>]*lang="fr"')
LINK = re.compile(r'<a class="gs-languages__link" href="([^"]+)" lang="fr"')
FORM = re.compile(r'<form id="language-form".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'name="([^"]+)" value="([^"]*)"')


@dataclass
class Byre:
    """A package with one form, somebody before it, and how often its form was done."""

    somebody: httpx.AsyncClient
    done: list[str]

    async def send(self, kind: str, address: str = "/cow", **changes: str) -> httpx.Response:
        """Fill in the form as it is shown, and send it."""
        shown = (await self.somebody.get("/cow")).text
        sent = dict(HIDDEN.findall(shown.partition("<main")[2])) | {"cow": "Élise <7>", "kind": kind} | changes
        return await self.somebody.post(address, data=sent)

    async def in_french(self, answer: httpx.Response) -> httpx.Response:
        """Choose French on a page that answers a form: what its button sends."""
        address = BUTTON.search(answer.text)
        again = FORM.search(answer.text)
        assert address
        assert again
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(again[0])}
        return await self.somebody.post(html.unescape(address[1]), data=fields)


def a_package(folder: Path, done: list[str]) -> Manifest:
    """Return a package whose form is refused, checked, or done, as it asks for."""
    pages = Routes()
    (folder / "templates").mkdir()
    for name in ("cow.html", "cow_check.html"):
        (folder / "templates" / name).write_text(TEMPLATE, encoding="utf-8")

    def drawn(call: Call, status: int = 200, template: str = "cow.html") -> Page:
        errors = {"cow": "Enter a value"} if status == 400 else {}
        return Page(template, {"cow": call.form.get("cow", ""), "errors": errors}, status=status)

    @pages.page("/cow", access=public(), operation_id="cow")
    async def show(call: Call) -> Page:
        return drawn(call)

    @pages.form("/cow", access=public(), operation_id="sendCow")
    async def send(call: Call) -> Page:
        kind = call.form["kind"]
        if kind == "sold":
            raise Conflict("The cow is sold.")
        if kind == "often":
            raise TooMany
        if kind == "check":
            return drawn(call, template="cow_check.html")
        if kind == "done":
            done.append(call.form["cow"])
            return drawn(call)
        return drawn(call, 400)

    @pages.form("/cow/key", access=public(), operation_id="keyOfCow", secret=True)
    async def lock(call: Call) -> Page:
        return drawn(call, 400)

    return replace(SAMPLE, root=folder, pages=pages)


@pytest.fixture
async def byre(databases: Databases, tmp_path: Path) -> Byre:
    done: list[str] = []
    running = bench(a_package(tmp_path, done), await databases.migrated())
    somebody = running.client()
    somebody.cookies.set(VISIT_COOKIE, "visit-of-a-test", domain="govstack.test")
    return Byre(somebody, done)


@pytest.mark.requirement("CFR-quality-8")
@pytest.mark.parametrize(("kind", "status"), [("refused", 400), ("check", 200)])
async def test_an_answer_to_a_form_can_be_read_in_another_language(byre: Byre, kind: str, status: int) -> None:
    english = await byre.send(kind)
    french = await byre.in_french(english)

    assert [english.status_code, french.status_code] == [status, status]
    assert '<html class="govuk-template" lang="fr"' in french.text
    assert lint(english.text) == lint(french.text) == []
    assert "govstack_language=fr" in french.headers["set-cookie"]


@pytest.mark.parametrize("kind", ["refused", "check"])
async def test_what_was_typed_is_kept_when_the_language_changes(byre: Byre, kind: str) -> None:
    french = await byre.in_french(await byre.send(kind))

    assert 'value="Élise &lt;7&gt;"' in french.text.partition("<main")[2].partition("</main")[0]


async def test_what_a_form_did_is_not_sent_again_for_another_language(byre: Byre) -> None:
    answer = await byre.send("done")
    link = LINK.search(answer.text)

    assert (BUTTON.search(answer.text), byre.done) == (None, ["Élise <7>"])
    assert link
    assert link[1] == "/cow?lang=fr"


@pytest.mark.parametrize(
    ("address", "kind", "token"),
    [("/cow", "often", {}), ("/cow", "sold", {}), ("/cow", "done", {"csrf_token": "forged"}), ("/cow/key", "x", {})],
    ids=["too often", "what may have changed meanwhile", "forged", "with a secret"],
)
async def test_what_a_change_of_language_might_do_or_show_is_not_sent_again(
    byre: Byre, address: str, kind: str, token: dict[str, str]
) -> None:
    answer = await byre.send(kind, address, **token)
    link = LINK.search(answer.text)

    assert answer.status_code >= 400
    assert FORM.search(answer.text) is None
    assert link
    assert link[1] == "/cow?lang=fr"
    assert byre.done == []


async def test_an_address_from_outside_never_becomes_a_link(byre: Byre) -> None:
    byre.somebody.headers["referer"] = "http://govstack.test//evil.example/cow"

    answer = await byre.send("done")

    assert "evil" not in answer.text


async def test_an_expired_form_is_told_from_a_page_for_others(byre: Byre) -> None:
    refused = await byre.send("done", csrf_token="forged")

    assert "The form has expired" in refused.text
    assert "right account" not in refused.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/cow/key"), ("GET", "/%ff"), ("DELETE", "/cow")])
async def test_what_is_refused_before_a_page_is_found_is_said_in_the_readers_language(
    byre: Byre, method: str, path: str
) -> None:
    answer = await byre.somebody.request(method, path, headers={"accept": "text/html", "accept-language": "fr"})

    assert '<html class="govuk-template" lang="fr"' in answer.text
    assert lint(answer.text) == []


async def test_a_refused_page_remembers_the_language_that_was_chosen_on_it(byre: Byre) -> None:
    answer = await byre.somebody.get("/nothing?lang=fr", headers={"accept": "text/html"})

    assert answer.status_code == 404
    assert "govstack_language=fr" in answer.headers["set-cookie"]
