"""Documents cannot lie: what can be compared with the code, the tree or the installation is compared."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from .tree import ROOT, SOURCE, named, packages, tracked

DOCS = ROOT / "docs"
GENERATOR_SECONDS_MAX = 60
ADR_SECTIONS = ("## Context", "## Decision", "## Consequences", "## Enforced by")
ADR_LINES_MAX = 70
ROOT_DOCUMENTS = (
    "README.md", "STYLE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "publiccode.yml",
)  # fmt: skip
LICENCE_WORDS = ("apache", "bsd", "mit", "lgpl", "mpl", "any-osi", "psf")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_NAMED_FILE = re.compile(r"`((?:tests|tools|src|docs)/[\w./-]+|\.importlinter)`")
_CONTRACTS = re.compile(r"`\.importlinter`\s*\(contracts?\s+([\w\s,-]+)\)")
_TABLE_ROW = re.compile(r"^\| ([A-Za-z][\w.-]*) \|.*\| ([^|]+) \|$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def read(path: Path) -> str:
    """Return a document's text."""
    return path.read_text(encoding="utf-8")


def decisions() -> list[Path]:
    """Return the decision records, in order."""
    return sorted(path for path in (DOCS / "adr").glob("*.md") if path.name != "README.md")


def dependencies() -> set[str]:
    """Return the names in pyproject.toml, as registries compare them."""
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {match[0].lower() for line in wanted if (match := _NAME.match(line))}


def explained() -> dict[str, str]:
    """Return the licence that the page on dependencies gives for each Python package."""
    page = read(DOCS / "explanation" / "dependencies.md").partition("## In the browser")[0]
    return {name.lower(): licence.strip() for name, licence in _TABLE_ROW.findall(page) if name != "Package"}


def stated(package: str) -> str:
    """Return what an installed package says about its licence; nothing for one this machine does not need."""
    try:
        card = metadata.metadata(package).json
    except metadata.PackageNotFoundError:
        return ""
    return f"{card.get('license_expression')} {str(card.get('license'))[:80]} {card.get('classifier')}".lower()


@pytest.mark.requirement("X002", "X009", "X023", "CFR-development-9")
@pytest.mark.parametrize("name", ROOT_DOCUMENTS)
def test_the_documents_a_public_code_base_needs_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.requirement("X051", "CFR-quality-6")
def test_every_required_line_has_a_test_or_a_written_reason() -> None:
    answer = subprocess.run(
        [sys.executable, "tools/coverage.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=GENERATOR_SECONDS_MAX,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr


@pytest.mark.requirement("X005", "X045", "CFR-quality-4")
def test_the_reference_says_what_the_code_declares() -> None:
    answer = subprocess.run(
        [sys.executable, "tools/reference.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=GENERATOR_SECONDS_MAX,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr


def test_every_link_between_documents_leads_somewhere() -> None:
    dead = [
        f"{named(path)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in _LINK.findall(_FENCED.sub("", read(path)))
        if "://" not in target
        and not target.startswith(("#", "mailto:"))
        and not (path.parent / target.partition("#")[0]).exists()
    ]

    assert dead == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in decisions()]

    assert numbers == list(range(1, len(numbers) + 1))


def test_every_decision_is_in_the_index() -> None:
    index = read(DOCS / "adr" / "README.md")

    assert [path.name for path in decisions() if f"]({path.name})" not in index] == []


def test_a_decision_is_one_page_with_the_same_headings() -> None:
    odd = [
        path.name
        for path in decisions()
        if len(read(path).splitlines()) > ADR_LINES_MAX
        or [line for line in read(path).splitlines() if line.startswith("## ")] != list(ADR_SECTIONS)
        or not read(path).startswith(f"# {path.name[:4]} ")
    ]

    assert odd == []


def test_what_a_decision_says_enforces_it_exists() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    known = {section.removeprefix("importlinter:contract:") for section in contracts.sections()}
    missing = []
    for path in decisions():
        enforced = read(path).partition("## Enforced by")[2]
        files = _NAMED_FILE.findall(enforced)
        listed = {name for names in _CONTRACTS.findall(enforced) for name in re.split(r"[\s,]+", names) if name}
        if not files:
            missing.append(f"{path.name} names no file")
        missing += [f"{path.name}: {name}" for name in files if not (ROOT / name).exists()]
        missing += [f"{path.name}: contract {name}" for name in sorted(listed - known)]

    assert missing == []


def test_every_dependency_has_its_line() -> None:
    assert set(explained()) == dependencies()


def test_the_licences_on_the_page_are_those_of_the_installed_packages() -> None:
    wrong = []
    for package, licence in explained().items():
        said = stated(package)
        words = [word for word in LICENCE_WORDS if word in licence.lower()]
        if said and not (words and all(word in said for word in words)):
            wrong.append(f"{package}: {licence}")

    assert wrong == []


def test_the_readme_shows_every_package() -> None:
    readme = read(ROOT / "README.md")

    assert [package.name for package in packages() if f"({named(package.folder)}/README.md)" not in readme] == []


def test_the_specification_version_is_the_same_wherever_it_is_given() -> None:
    from govstack.host import compose

    parted = [
        manifest.name
        for manifest in compose.packages()
        if yaml.safe_load(read(Path(manifest.root) / "spec.yaml"))["specification_version"] != manifest.spec_version
    ]

    assert parted == []


@pytest.mark.requirement("X052")
def test_the_glossary_gives_each_word_once() -> None:
    words = re.findall(r"^\| ([^|]+) \|", read(DOCS / "glossary.md"), re.MULTILINE)

    assert len(words) > 30
    assert len(words) == len(set(words))


@pytest.mark.requirement("X005", "X009", "I36")
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("howto/run-for-a-nation.md", ("PostgreSQL", "load balancer", "TLS 1.3", "settings.md")),
        ("howto/run-for-a-nation.md", ("Before you start", "What a good start looks like", "The way back")),
        ("howto/back-up-and-restore.md", ("What to keep", "How often", "Restore", "recovery time")),
        ("howto/replace-a-block.md", ("Change one address",)),
    ],
)
def test_those_who_run_it_find_what_they_must_know(page: str, words: tuple[str, ...]) -> None:
    text = read(DOCS / page)

    assert [word for word in words if word not in text] == []


@pytest.mark.requirement("CFR-development-9")
def test_publiccode_yml_has_what_its_standard_demands() -> None:
    card = yaml.safe_load(read(ROOT / "publiccode.yml"))
    needed = (
        "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
        "description", "legal", "maintenance", "localisation",
    )  # fmt: skip
    english = card["description"]["en"]

    assert [key for key in needed if key not in card] == []
    assert len(english["shortDescription"]) <= 150
    assert 150 <= len(english["longDescription"]) <= 10_000
    assert english["features"]


def test_the_version_is_the_same_wherever_it_is_given() -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]

    assert yaml.safe_load(read(ROOT / "publiccode.yml"))["softwareVersion"] == project["version"]


def test_the_source_tree_holds_no_document_without_a_home() -> None:
    homeless = [named(path) for path in SOURCE.rglob("*.md") if path.name != "README.md"]

    assert homeless == []
