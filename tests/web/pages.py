"""Pages drawn for tests, as a package would draw them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govstack.web import templating
from govstack.web.answers import Page
from govstack.web.patterns import patterns_page
from govstack.web.templating import Shell


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in."""

    kind: str = "person"
    name: str = "Amina Otieno"


def a_shell(**changes: object) -> Shell:
    """Return the surroundings of a page: signed in, in the sandbox, in English."""
    values: dict[str, object] = {
        "package_root": templating.WEB_FOLDER,
        "package_title": "Information mediator",
        "profile": "sandbox",
        "path": "/patterns?sort=name",
        "actor": Person(),
        "csrf_token": "token-of-this-visit",
        "correlation_id": "0192f0c1-7c7e-7b1e-9d3e-2d6b1c0e4f55",
        "sign_in_href": "/session/start",
        "sign_out_href": "/session/end",
    }
    return Shell(**{**values, **changes})  # type: ignore[arg-type]


def patterns(language: str) -> str:
    """Return the page of patterns."""
    return templating.render(patterns_page(language), a_shell(language=language)).decode()


def a_package(folder: Path, template: str) -> Path:
    """Return a package folder with one template, page.html."""
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "page.html").write_text(template, encoding="utf-8")
    return folder


def drawn(folder: Path, template: str, values: dict[str, object] | None = None, **shell: object) -> str:
    """Return a template drawn inside its surroundings."""
    package = a_package(folder, template)
    return templating.render(
        Page("page.html", values or {}, title="Members"), a_shell(package_root=package, **shell)
    ).decode()
