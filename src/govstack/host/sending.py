"""What goes along when somebody changes the language of a page that answers a form, so that nothing typed is lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from govstack.kernel.forms import MARK
from govstack.kernel.routing import Call, Table
from govstack.web.answers import Page

SENT_CHARACTERS_MAX = 200_000
# A template of this name shows answers before they are sent.
CHECK = "_check.html"
# What a button named `step` says when it leads back into the form.
STEPS_BACK = ("edit", "row:")


def asks_on(page: Page, call: Call) -> bool:
    """Tell whether a page that answers a form only looks something up or asks on, so that nothing was changed."""
    looked_up = bool(call.form) and MARK not in call.form
    return looked_up or page.template.endswith(CHECK) or call.form.get("step", "").startswith(STEPS_BACK)


def fields(call: Call) -> tuple[tuple[str, str], ...]:
    """Return the fields of the form to send again; none where files or secrets were in it, or too much."""
    if call.operation.secret or any(one.content for one in call.files.values()):
        return ()
    sent = tuple((name, value) for name, values in call.form_lists.items() for value in values)
    return sent if sum(len(name) + len(value) for name, value in sent) <= SENT_CHARACTERS_MAX else ()


def page_before(call: Call, pages: Table) -> str:
    """Return the page to choose the language on instead: the one the form stood on, or the nearest above it."""
    above, found = call.url_path, [call.url_path]
    while above.startswith(f"{call.mount}/") and above != f"{call.mount}/":
        above = above.rstrip("/").rpartition("/")[0] or "/"
        found.append(above)
    came_from = urlsplit(call.headers.get("referer", ""))
    if _shows(pages, came_from.path, call.mount):
        return came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return next((path for path in found if _shows(pages, path, call.mount)), f"{call.mount}/")


def _shows(pages: Table, path: str, mount: str) -> bool:
    # Two slashes at the start would name another host.
    inside = path.startswith(f"{mount}/") and not path.startswith("//")
    return inside and pages.find("GET", path.removeprefix(mount))[0] is not None
