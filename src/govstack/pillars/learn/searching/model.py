"""What can be found, how a text falls into sentences and words, and how what was found is put in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from govstack.pillars.learn.records.model import Field, FieldKind, Kind

SENTENCES_MAX = 60
SENTENCE_CHARACTERS_MAX = 400
WORDS_MAX = 6
WORD_CHARACTERS_MIN = 3
QUERY_CHARACTERS_MAX = 300
NEAREST_MIN = 0.3  # ours: what lies further away is about something else
WORD_WEIGHT, TITLE_WEIGHT = 0.5, 0.2
DIMENSIONS = 512
LEVELS = 127

_END = re.compile(r"(?<=[.!?؟。…])\s+|\n+")
_WORD = re.compile(r"\w+", re.UNICODE)
_MARKS = re.compile(r"^[#>\-*\d.\s|]+")
READ = frozenset({FieldKind.TEXT, FieldKind.LONG, FieldKind.LINES})


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found of a record: for whom it is, its title, and its sentences, the title first."""

    kind: str
    record_id: str
    number: int
    audience: str
    title: str
    sentences: Sequence[str]

    @property
    def id(self) -> str:
        """Return what it is kept under."""
        return f"{self.kind}/{self.record_id}"

    @property
    def words(self) -> str:
        """Return its text to find words in, with a space at both ends."""
        return f" {' '.join(folded(' '.join(self.sentences)))} "


@dataclass(frozen=True, slots=True)
class Near:
    """The sentence of a document that is nearest in meaning, and how near, up to 1."""

    document_id: str
    text: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found, and why: the words that stand in it, and the sentence that is nearest in meaning."""

    kind: str
    record_id: str
    title: str
    matched: Sequence[str]
    sentence: str
    nearness: float
    score: float


def folded(text: str) -> list[str]:
    """Return the words of a text in small plain letters, without accents and vowel signs."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(one))
    return _WORD.findall(plain)


def asked(text: str) -> list[str]:
    """Return the words to look for: long enough to mean something, a few, each once."""
    words = [one for one in folded(text) if len(one) >= WORD_CHARACTERS_MIN]
    return list(dict.fromkeys(words or folded(text)))[:WORDS_MAX]


def sentences(title: str, texts: Iterable[str]) -> list[str]:
    """Return a title and the sentences of texts, a limited number of a limited length."""

    def each() -> Iterable[str]:
        yield title
        for text in texts:
            for part in _END.split(text):
                said = _MARKS.sub("", part).strip()
                if any(letter.isalpha() for letter in said):
                    yield said[:SENTENCE_CHARACTERS_MAX]

    return list(islice(dict.fromkeys(one for one in each() if one), SENTENCES_MAX))


def document_of(kind: Kind, *, record_id: str, number: int, audience: str, content: Mapping[str, Any]) -> Document:
    """Return what can be found of a record: its texts, without what is personal."""
    texts: list[str] = []
    for one in kind.fields:
        if one.kind in READ and not one.personal and one.name != kind.title and one.name in content:
            texts += _texts(one, content[one.name])
    title = "" if kind.title in kind.personal else str(content.get(kind.title, ""))
    return Document(kind.name, record_id, number, audience, title, sentences(title, texts))


def _texts(one: Field, value: Any) -> list[str]:
    return [str(item) for item in value] if one.plural else [str(value)]


def score(*, nearness: float, matched: int, asked_words: int, in_title: int) -> float:
    """Return how well something answers: by its nearest sentence, and by the share of words that stand in it.

    The share is squared: one word of five says little about what a text is about.
    """
    share, titled = (count / asked_words if asked_words else 0.0 for count in (matched, in_title))
    return max(0.0, nearness) + WORD_WEIGHT * share**2 + TITLE_WEIGHT * titled**2
