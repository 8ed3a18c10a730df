"""What Git keeps is fit for everybody's eyes: no machine's paths, no registry's address, nothing that looks secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from .tree import ROOT, named, tracked

FILE_BYTES_MAX = 1_000_000
MACHINE_PATH = re.compile(r"(?<![\w./:}-])/(?:home|Users|root|work|workspace|mnt|opt/venv)/\w")
REGISTRY = re.compile(
    r"pypi\.org|files\.pythonhosted|registry\.npmjs|registry\.yarnpkg|artifact[o]ry"
    r"|(?:index-url|find-links|trusted-host|registry)[\s=:]+[\"']?https?://",
    re.IGNORECASE,
)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/]"
    r"|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}"
    r"|(?i:password|passwd|secret|token|api_?key)[\"']?\s*[:=]\s*[\"'](?=[^\"']*\d)[A-Za-z0-9+/]{24,}=*[\"']"
)


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and text of every tracked file that is text."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8_000]:
            yield named(path), content.decode("utf-8", errors="replace")


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Return where a pattern stands in tracked files, without repeating what it found."""
    return [
        f"{name}:{text[: found.start()].count(chr(10)) + 1}"
        for name, text in texts()
        for found in pattern.finditer(text)
    ]


def test_no_file_names_a_path_of_a_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


@pytest.mark.requirement("X013", "X014", "X034", "X056")
def test_no_file_holds_what_looks_like_a_secret() -> None:
    assert lines_with(SECRET) == []


@pytest.mark.requirement("X014")
@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC PRIVATE KEY" + "-----\nMHcCAQ",
        "aws = AKIA" + "ABCDEFGHIJKLMNOP",
        'client_secret = "' + "a1" * 16 + '"',
        "bearer eyJ" + "a" * 20 + ".eyJ" + "b" * 20 + "." + "c" * 20,
    ],
)
def test_the_search_recognises_a_secret(text: str) -> None:
    assert SECRET.search(text)


@pytest.mark.requirement("X017", "X031", "X036")
def test_every_text_is_utf_8_with_unix_line_ends() -> None:
    broken = [name for name, text in texts() if "\N{REPLACEMENT CHARACTER}" in text or "\r\n" in text]

    assert broken == []


def test_no_file_is_too_large_to_review() -> None:
    large = [named(path) for path in tracked() if path.stat().st_size > FILE_BYTES_MAX]

    assert large == []


@pytest.mark.requirement("CFR-development-3")
def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
