"""Assets have addresses that change with their content, and are served to be kept for ever."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from govstack.web import assets

STYLE_BYTES_MAX = 130_000
STYLE_GZIP_BYTES_MAX = 20_000

needs_built_assets = pytest.mark.skipif(not assets.built(), reason="`node tools/assets.mjs` has not run")


async def fetch(path: str, **headers: str) -> httpx.Response:
    """Ask the application for a file."""
    transport = httpx.ASGITransport(app=assets.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://static.test") as client:
        return await client.get(path, headers={"accept-encoding": "identity", **headers})


async def test_a_file_is_served_with_its_type() -> None:
    answer = await fetch("/mark.svg")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "path", ["/nothing.css", "/../templating.py", "/%2e%2e/templating.py", "/vendor", "/vendor/manifest.json"]
)
async def test_nothing_else_is_served(path: str) -> None:
    assert (await fetch(path)).status_code == 404


@needs_built_assets
async def test_a_built_file_may_be_kept_for_ever() -> None:
    answer = await fetch(assets.href("govstack.css", base=""))

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")


@needs_built_assets
async def test_a_built_file_is_sent_compressed_to_those_who_read_it() -> None:
    answer = await fetch(assets.href("govstack.css", base=""), **{"accept-encoding": "gzip"})

    assert (answer.headers["content-encoding"], "govuk-button" in answer.text) == ("gzip", True)


@needs_built_assets
def test_the_stylesheet_stays_within_its_budget() -> None:
    style = (assets.FOLDER / assets.href("govstack.css", base="").lstrip("/")).read_bytes()

    assert len(style) < STYLE_BYTES_MAX
    assert len(gzip.compress(style)) < STYLE_GZIP_BYTES_MAX


@needs_built_assets
def test_the_stylesheet_fetches_nothing_and_uses_no_foreign_brand() -> None:
    style = (assets.FOLDER / assets.href("govstack.css", base="").lstrip("/")).read_text("utf-8")

    assert re.findall(r"url\((?!.?data:)|@import|@font-face|GDS Transport|crown|crest", style) == []


@needs_built_assets
def test_the_stylesheet_knows_start_and_end_instead_of_left_and_right() -> None:
    style = (assets.FOLDER / assets.href("govstack.css", base="").lstrip("/")).read_text("utf-8")

    physical = ("margin-left:", "margin-right:", "padding-left:", "padding-right:", "text-align:left", "float:left")
    assert [word for word in physical if word in style] == []
