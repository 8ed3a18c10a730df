"""Courses that are written here and published by two people, as tests want them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.builders.learning import API, Learn

SHEET = {
    "title": "Writing minutes", "summary": "How minutes are written that people read.", "language": "en",
    "minutes": 20, "helpdesk": "Training desk", "answerHours": 24,
    "channels": [{"kind": "Phone", "address": "555 0100"}, {"kind": "Mail", "address": "desk@learn.test"}],
}  # fmt: skip
QUIZ = """? What is in minutes?
+ Decisions
- Jokes
! Jokes are forgotten anyway.
? Who reads them?
+ All
+ Later staff
- Nobody"""
PAGES = [
    {"id": "one", "title": "Why", "body": "# Why\n\nPeople forget. Minutes do not."},
    {"id": "two", "title": "Check", "kind": "quiz", "body": QUIZ},
    {"id": "three", "title": "Do it", "kind": "assignment", "body": "Write minutes of your last meeting."},
]


def author(pillar: Learn) -> httpx.AsyncClient:
    """Return the client of somebody who writes courses."""
    return pillar.bench.person("author", "learn:teach", name="Author")


def reviewer(pillar: Learn) -> httpx.AsyncClient:
    """Return the client of somebody else who does."""
    return pillar.bench.person("reviewer", "learn:teach", name="Reviewer")


async def begun(client: httpx.AsyncClient, *, pages: list[dict[str, Any]] = PAGES, **sheet: Any) -> str:
    """Begin a course."""
    answer = await client.post(f"{API}/courses", json={"sheet": {**SHEET, **sheet}, "pages": pages})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def ready(client: httpx.AsyncClient, course_id: str) -> None:
    """Bring a course to its implementation and check every line of the checklist."""
    for stage in ("design", "development", "implementation"):
        await client.post(f"{API}/courses/{course_id}/artefacts", json={"words": "In the shared folder"})
        assert (await client.put(f"{API}/courses/{course_id}/stage", json={"stage": stage})).status_code == 200
    items = (await client.get(f"{API}/quality-items")).json()["items"]
    await client.put(f"{API}/courses/{course_id}/checks", json={"notes": {one["id"]: "seen" for one in items}})


async def published(pillar: Learn, **more: Any) -> str:
    """Publish a course."""
    async with author(pillar) as client:
        course_id = await begun(client, **more)
        await ready(client, course_id)
        answer = await client.post(f"{API}/courses/{course_id}/submit")
        assert answer.status_code == 200, answer.text
    async with reviewer(pillar) as client:
        answer = await client.post(f"{API}/courses/{course_id}/review", json={"approved": True, "words": "Good"})
        assert answer.json()["state"] == "published", answer.text
    return course_id
