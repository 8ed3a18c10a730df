"""The start page at the root, and the API reference of each package, in every language."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import httpx
import pytest

from govstack.host import compose
from govstack.host.home import Home
from govstack.kernel.i18n import LANGUAGES
from govstack.kernel.manifest import Manifest
from tests.builders.running import ORIGIN, bench
from tests.databases import Databases
from tests.page_lint import lint

TITLES = {
    "en": "Building blocks for a digital government",
    "fr": "Des briques pour une administration numérique",
    "es": "Bloques para un gobierno digital",
    "ar": "لبنات لبناء حكومة رقمية",
    "sw": "Vijenzi vya serikali ya kidijitali",
}


async def home(databases: Databases, manifests: Sequence[Manifest], *, profile: str = "sandbox") -> httpx.AsyncClient:
    """Return a client of the start page of a process with these packages."""
    running = [bench(one, databases.open(one.name)).running for one in manifests]
    transport = httpx.ASGITransport(app=Home(running, profile=profile))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN)


@pytest.mark.parametrize("query", ["lang=%ff", "a" * 17_000])
async def test_a_query_that_cannot_be_read_changes_nothing(sqlite_databases: Databases, query: str) -> None:
    async with await home(sqlite_databases, []) as client:
        answer = await client.get(f"/?{query}")

    assert (answer.status_code, lint(answer.text)) == (200, [])


@pytest.mark.requirement("X010", "X045", "CFR-quality-8")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_start_page_leads_to_every_package_in_the_language_of_the_reader(
    sqlite_databases: Databases, language: str
) -> None:
    manifests = compose.packages()

    async with await home(sqlite_databases, manifests) as client:
        page = (await client.get("/", params={"lang": language})).text

    assert lint(page) == []
    assert TITLES[language] in page
    assert [one.name for one in manifests if f'href="/{one.name}/docs"' not in page] == []
    assert 'href="/sandbox/"' in page


async def test_only_a_sandbox_invites_into_the_sandbox(sqlite_databases: Databases) -> None:
    manifests = [one for one in compose.packages() if one.name == "identity"]

    async with await home(sqlite_databases, manifests, profile="production") as client:
        page = (await client.get("/")).text

    assert "/sandbox/" not in page


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_address_with_nothing_behind_it_says_so(sqlite_databases: Databases, language: str) -> None:
    async with await home(sqlite_databases, ()) as client:
        answer = await client.get("/nothing", headers={"accept-language": language})

    assert answer.status_code == 404
    assert lint(answer.text) == []


@pytest.mark.requirement("X023", "X045", "CFR-quality-4")
@pytest.mark.parametrize("manifest", compose.packages(), ids=lambda manifest: manifest.name)
@pytest.mark.parametrize("language", ["en", "ar"])
async def test_the_reference_page_of_a_package_names_every_operation_for_machines(
    sqlite_databases: Databases, manifest: Manifest, language: str
) -> None:
    running = bench(manifest, sqlite_databases.open(manifest.name))

    async with running.client(**{"accept-language": language}) as client:
        answer = await client.get("/docs")

    shown = [one for one in manifest.api.operations if one.kind in {"api", "raw"} and not one.hidden]
    assert answer.status_code == 200
    assert lint(answer.text) == []
    assert [one.path for one in shown if one.path.replace("*}", "}") not in answer.text] == []


@pytest.mark.parametrize(
    "manifest", [one for one in compose.packages() if one.kind == "block"], ids=lambda manifest: manifest.name
)
async def test_the_first_pages_of_a_package_lead_nowhere_that_is_not_there(
    sqlite_databases: Databases, manifest: Manifest
) -> None:
    running = bench(manifest, await sqlite_databases.migrated(manifest.name, manifest.root / "migrations"))
    shown = manifest.pages.operations if manifest.pages is not None else []
    first = ["/docs", *(one.path for one in shown if one.method == "GET" and "{" not in one.path)]

    async with running.client() as client:
        pages = {path: (await client.get(path)).text for path in first}
        linked = {html.unescape(link) for text in pages.values() for link in re.findall(r'href="(/[^"#]+)', text)}
        own = sorted(link for link in linked if not link.startswith("/static/"))
        missing = [link for link in own if (await client.get(link)).status_code == 404]

    assert missing == []
