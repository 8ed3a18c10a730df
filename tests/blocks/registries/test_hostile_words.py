"""Hostile words are data: stored and shown as they are, never run; patterns that explode are answered in time."""

from __future__ import annotations

import html
import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.builders.hostile import JSON, World, registries_world
from tests.databases import Databases

SEARCH_SECONDS_MAX = 2.0
WORDS = [
    "'; DROP TABLE record; --",
    "' OR '1'='1",
    '"; DELETE FROM registry; --',
    "%_%",
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "${7*7} #{7*7} <%= 7*7 %>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "$1 :name @x \\",
    "\u202egnp.exe",
]
BOMBS = ["(a+)+$", "(a|a)*$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){40}", "a{0,1000}{0,1000}", "((a*)*)*b"]
# The parameter that takes the pattern comes last.
QUERIES = [
    "search",
    "query.FirstName",
    "filter=FirstName&search",
    "match=regex&filter=FirstName&search",
    "match=regex&search",
]
DATA = "/api/v1/data/people/1.0"


async def created(world: World, name: str) -> str:
    """Create a person and return the record's id."""
    body = b'{"write": {"content": {"ID": "EE77", "FirstName": %s}}}' % encoded(name)
    reply = await world.send("POST", f"{DATA}/create", [*world.administrator, JSON], body)
    assert reply.status == 200, reply
    return dict(reply.headers)[b"record-id"].decode()


def encoded(text: str) -> bytes:
    """Return a text as JSON."""
    return json.dumps(text).encode()


@pytest.mark.requirement("X017", "X055", "DRS-33", "DRS-21")
@pytest.mark.parametrize("word", WORDS)
async def test_words_that_look_like_code_are_stored_and_shown_as_they_are(
    databases: Databases, tmp_path: Path, word: str
) -> None:
    async with registries_world(databases, tmp_path) as world:
        uuid = await created(world, word)
        query = b'{"query": {"content": {"FirstName": %s}}}' % encoded(word)

        found = await world.send("POST", f"{DATA}/read", [*world.administrator, JSON], query)
        page = await world.send("GET", f"/registry/people/records/{uuid}", world.session)
        listed = await world.send("GET", DATA, world.administrator)

    shown = page.content.decode()
    assert found.json()["content"]["FirstName"] == word
    assert page.status == 200, shown[:300]
    assert word in html.unescape(shown)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert listed.json()["count"] == 4


@pytest.mark.requirement("DRS-23", "X214")
@pytest.mark.parametrize("pattern", BOMBS)
async def test_a_pattern_that_explodes_is_answered_in_time(databases: Databases, tmp_path: Path, pattern: str) -> None:
    async with registries_world(databases, tmp_path) as world:
        await created(world, "a" * 90 + "!")
        started = time.monotonic()

        replies = [
            await world.send("GET", f"{DATA}?{query}={quote(pattern, safe='')}", world.administrator)
            for query in QUERIES
        ]
        seconds = time.monotonic() - started

    assert all(reply.status in {200, 400} for reply in replies), replies
    assert seconds < SEARCH_SECONDS_MAX


@pytest.mark.requirement("DRS-33", "CFR-architecture-3")
async def test_what_is_sent_twice_or_too_late_does_no_harm(databases: Databases, tmp_path: Path) -> None:
    create = b'{"write": {"content": {"ID": "EE88", "FirstName": "Di"}}}'
    update = b'{"query": {"content": {"ID": "EE88"}}, "write": {"content": {"FirstName": "Du"}}}'
    async with registries_world(databases, tmp_path) as world:
        caller = [*world.administrator, JSON]
        first = await world.send("POST", f"{DATA}/create", [*caller, (b"idempotency-key", b"key-1")], create)
        again = await world.send("POST", f"{DATA}/create", [*caller, (b"idempotency-key", b"key-1")], create)
        uuid = dict(first.headers)[b"record-id"].decode()
        counted = (await world.send("GET", f"{DATA}?query.ID=EE88", caller)).json()["count"]
        deleted = [(await world.send("DELETE", f"{DATA}/{uuid}/delete", caller)).status for _ in range(2)]
        late = await world.send("PUT", f"{DATA}/update", caller, update)
        gone = await world.send("POST", f"{DATA}/read", caller, b'{"query": {"content": {"ID": "EE88"}}}')

    assert (first.status, again.status, again.content) == (200, 200, first.content)
    assert dict(again.headers)[b"record-id"].decode() == uuid
    assert counted == 1
    assert deleted == [204, 204]
    assert (late.status, gone.status) == (200, 404)
