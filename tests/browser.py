"""A headless Chromium for tests, and axe-core's opinion of a page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from govstack.web import assets

ROOT = Path(__file__).parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WCAG_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
WIDE = (1_280, 900)
NARROW = (360, 740)
LOAD_MILLISECONDS_MAX = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; a machine without it, or without built assets, fails with what to do."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail("Chromium is not installed: `apt-get install chromium`, or leave these out with -m 'not browser'.")
    if not assets.built() or not AXE.is_file():
        pytest.fail("The assets are not built: `npm ci --ignore-scripts && node tools/assets.mjs`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Browser, *, size: tuple[int, int] = WIDE, scripts: bool = True) -> Iterator[Page]:
    """Open a tab of its own that remembers nothing; what the page logs as an error fails the test at the end."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=scripts, bypass_csp=False
    )
    context.set_default_timeout(LOAD_MILLISECONDS_MAX)
    page = context.new_page()
    complaints: list[str] = []

    def listen(text: str) -> None:
        # A refusal shown as a page has its status; the browser reports that, and it is no fault of the page.
        if "the server responded with a status of 4" not in text:
            complaints.append(text)

    page.on("console", lambda message: listen(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert complaints == [], complaints


def axe(page: Page, *, tags: Sequence[str] = WCAG_TAGS) -> list[str]:
    """Return one line for each violation of WCAG 2.2 AA that axe-core finds on the page as it is now."""
    if not page.evaluate("() => Boolean(window.axe)"):
        # Evaluated through the debugger, so that the page keeps its content security policy.
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(result => result.violations)",
        list(tags),
    )
    return [
        f"{violation['id']}: {violation['help']} ({'; '.join(str(node['target']) for node in violation['nodes'][:5])})"
        for violation in found
    ]


def overflow_pixels(page: Page) -> int:
    """Return by how much the page is wider than its window; WCAG 1.4.10 wants nothing."""
    width = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(width)
