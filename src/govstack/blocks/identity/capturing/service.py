"""What a country sets of the questions: in which languages names are written, and which documents people show."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.context import Context
from govstack.kernel.rules import json_of, listed, matching
from govstack.kernel.settings import Setting

LANGUAGES = "IDENTITY_ENROLMENT_LANGUAGES"
DOCUMENTS = "IDENTITY_ENROLMENT_DOCUMENTS"
Titles = dict[
    Annotated[str, Meta(pattern="^[a-z]{2}$")], Annotated[str, Meta(min_length=1, max_length=100)]
]  # fmt: skip
Documents = dict[Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,39}$")], Titles]
SETTINGS = (
    Setting(
        LANGUAGES,
        "eng,fra,spa,ara,amh,ben,hin,por,rus,swa,zho",
        "Languages that names of people are written in, as codes with commas between, in the order in which pages ask",
        listed(matching(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", ""), "be codes of languages with commas between"),
    ),
    Setting(
        DOCUMENTS,
        "",
        "Documents that people show when they are enrolled: JSON of name to titles by language",
        json_of(Documents, "be JSON: an object of names, each with titles by language"),
    ),
)


def languages(context: Context) -> tuple[str, ...]:
    """Return the codes of the languages that names are written in."""
    return tuple(code.strip() for code in context.settings.text(LANGUAGES).split(",") if code.strip())


def documents(context: Context) -> Mapping[str, Mapping[str, str]]:
    """Return the titles of documents by language; nothing where the country names none of its own."""
    return _documents(context.settings.text(DOCUMENTS))


@lru_cache(maxsize=8)
def _documents(text: str) -> Mapping[str, Mapping[str, str]]:
    return msgspec.json.decode(text, type=Documents) if text else {}
