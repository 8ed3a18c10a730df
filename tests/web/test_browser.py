"""The page of patterns in a real browser: WCAG 2.2 AA by axe-core, wide and narrow, in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from govstack.kernel import wire
from govstack.web import assets
from tests.browser import NARROW, WIDE, axe, chromium, overflow_pixels, tab
from tests.web.pages import drawn, patterns

pytestmark = pytest.mark.browser
PART = "<p>Number {number}</p><details><summary>More</summary><p>Inside {number}</p></details>"
LIVE = (
    '{% extends "layout.html" %}{% set title = "Live" %}{% block content %}'
    "{% call parts.live('numbers', '/part', 'Numbers', seconds=1) %}{{ part | safe }}{% endcall %}{% endblock %}"
)
SHORT = (
    '{% extends "layout.html" %}{% set title = "Narrow" %}{% block content %}'
    "{{ tables.table('Members', ['Name', 'Address at the information mediator'], "
    "[('SOLENARA/GOV/7003/officerdesk-of-social-affairs', {'code': 'GOV/7000'})]) }}"
    "{{ forms.checkboxes('part', 'Part', [('a', 'GET /population/1.0/data-usage/{uuid}')], []) }}{% endblock %}"
)
KNOWN = (
    '{% extends "layout.html" %}{% set title = "Known" %}{% block content %}'
    "{{ parts.summary([('الجهة', 'الإعانات'), ('الرقم', 'CS-0004')]) }}{% endblock %}"
)
with TemporaryDirectory() as folder:
    LIVE_PAGE = drawn(Path(folder) / "live", LIVE, {"part": PART.format(number=0)}, path="/live").encode()
    KNOWN_PAGE = drawn(Path(folder) / "known", KNOWN, {}, path="/known", language="ar").encode()
    NARROW_PAGE = drawn(Path(folder) / "narrow", SHORT, {}, path="/narrow").encode()
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Handler(BaseHTTPRequestHandler):
    """Serves the page of patterns with the headers that the kernel puts on pages, its assets, and a live part."""

    parts_sent = 0

    def do_GET(self) -> None:
        """Answer with a file below /static, else with the page in the language asked for."""
        address = urlsplit(self.path)
        if address.path.startswith("/static/"):
            file = assets.FOLDER / address.path.removeprefix("/static/")
            self.send(file.read_bytes(), TYPES[file.suffix])
            return
        if address.path == "/part":
            type(self).parts_sent += 1
            self.send(PART.format(number=self.parts_sent).encode(), "text/html; charset=utf-8")
            return
        if address.path == "/live":
            self.send(LIVE_PAGE, "text/html; charset=utf-8")
            return
        if address.path == "/known":
            self.send(KNOWN_PAGE, "text/html; charset=utf-8")
            return
        if address.path == "/narrow":
            self.send(NARROW_PAGE, "text/html; charset=utf-8")
            return
        language = parse_qs(address.query).get("lang", ["en"])[0]
        self.send(patterns(language).encode(), "text/html; charset=utf-8")

    def send(self, content: bytes, media_type: str) -> None:
        """Send a whole answer."""
        self.send_response(200)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(content)))
        for name, value in wire.PAGE_HEADERS:
            self.send_header(name.decode(), value.decode())
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Serve the pages on loopback while the tests of this module run."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this module."""
    with chromium() as started:
        yield started


@pytest.mark.requirement("CFR-quality-3")
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_patterns_meet_wcag(browser: Browser, site: str, language: str, size: tuple[int, int]) -> None:
    with tab(browser, size=size) as page:
        page.goto(f"{site}/patterns?lang={language}")
        page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true })")

        assert axe(page) == []
        assert overflow_pixels(page) == 0


@pytest.mark.requirement("CFR-quality-3")
def test_pictures_stay_on_white_for_readers_with_colours_of_their_own(browser: Browser, site: str) -> None:
    white = "rgb(255, 255, 255)"
    with tab(browser) as page:
        page.emulate_media(forced_colors="active", color_scheme="dark")
        page.goto(f"{site}/patterns")
        shown = {
            part: page.locator(part).first.evaluate("part => getComputedStyle(part).backgroundColor")
            for part in (".gs-sequence", ".gs-chart__picture", ".gs-heat")
        }
        assert shown == dict.fromkeys(shown, white)
        assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") != white


def test_the_page_works_without_scripts(browser: Browser, site: str) -> None:
    with tab(browser, size=NARROW, scripts=False) as page:
        page.goto(f"{site}/patterns")

        assert page.get_by_role("navigation", name="Pages of this service").get_by_role("link").count() == 3


def test_an_error_leads_to_its_field(browser: Browser, site: str) -> None:
    with tab(browser) as page:
        page.goto(f"{site}/patterns")
        page.get_by_role("link", name="Enter an email address").click()

        assert page.evaluate("() => document.activeElement.id") == "email"


def test_the_keyboard_reaches_the_content_in_one_step(browser: Browser, site: str) -> None:
    with tab(browser) as page:
        page.goto(f"{site}/patterns")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_pages_of_the_service_fold_away_on_a_narrow_screen(browser: Browser, site: str) -> None:
    with tab(browser, size=NARROW) as page:
        page.goto(f"{site}/patterns")
        links = page.get_by_role("navigation", name="Pages of this service").get_by_role("link")
        before = links.count()
        page.get_by_role("button", name="Menu").click()

        assert (before, links.count()) == (0, 3)


@pytest.mark.requirement("CFR-quality-3")
def test_on_a_narrow_screen_a_short_code_stays_whole_and_a_long_one_wraps(browser: Browser, site: str) -> None:
    with tab(browser, size=(320, 640)) as page:
        page.goto(f"{site}/narrow")

        assert page.locator("main .gs-code-word").evaluate("code => code.getClientRects().length") == 1
        assert overflow_pixels(page) == 0


@pytest.mark.requirement("CFR-quality-3")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_from_right_to_left_a_value_stands_at_the_side_of_its_key_in_any_script(
    browser: Browser, site: str, size: tuple[int, int]
) -> None:
    with tab(browser, size=size) as page:
        page.goto(f"{site}/known")
        gaps = page.locator(".govuk-summary-list__value").evaluate_all(
            """values => values.map(value => {
                const words = document.createRange();
                words.selectNodeContents(value);
                return value.getBoundingClientRect().right - words.getBoundingClientRect().right;
            })"""
        )

    assert len(gaps) == 2
    assert all(gap < 40 for gap in gaps), gaps


def test_a_live_part_renews_itself_and_keeps_what_the_reader_opened(browser: Browser, site: str) -> None:
    with tab(browser) as page:
        page.goto(f"{site}/live")
        page.get_by_text("More").click()
        page.get_by_text("Number 2").wait_for()

        assert page.get_by_text("Inside").is_visible()
        assert axe(page) == []


def test_a_live_part_can_be_paused(browser: Browser, site: str) -> None:
    with tab(browser) as page:
        page.goto(f"{site}/live")

        assert page.get_by_role("link", name="Pause updates").get_attribute("href") == "/live?live=off"
