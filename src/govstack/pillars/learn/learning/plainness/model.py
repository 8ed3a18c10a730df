"""Markdown as safe HTML, how easy it is to read, and whether everybody can read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from govstack.kernel.i18n import _

if TYPE_CHECKING:  # a start would wait for it
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SENTENCE_WORDS_MAX = 25
WORDS_FOR_A_SCORE_MIN = 50
LONG_SYLLABLES = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?؟…。]+(?=\s|$)|\n{2,}")
_VOWELS = {
    "en": re.compile(r"[aeiouy]+"),
    "fr": re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+"),
    "es": re.compile(r"[aeiouáéíóúü]+"),
}
_VAGUE_LINKS = frozenset(
    {
        "here",
        "click here",
        "more",
        "read more",
        "link",
        "ici",
        "cliquez ici",
        "aquí",
        "haga clic aquí",
        "هنا",
        "اضغط هنا",
    }
)
_CLASSES = {
    "paragraph_open": "govuk-body", "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number", "link_open": "govuk-link", "table_open": "govuk-table",
    "thead_open": "govuk-table__head", "tbody_open": "govuk-table__body", "tr_open": "govuk-table__row",
    "th_open": "govuk-table__header", "td_open": "govuk-table__cell", "blockquote_open": "govuk-inset-text",
}  # fmt: skip
_HEADINGS = {2: "govuk-heading-m", 3: "govuk-heading-s"}


class Readability(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How easy a text is to read: from 0 (hard) to 100 (easy), None where there is no measure for it."""

    language: str
    score: float | None
    words: int
    long_sentences: tuple[str, ...]
    long_words: tuple[str, ...]


class Fault(msgspec.Struct, frozen=True, rename="camel"):
    """Why somebody could not read a page, and on which page that is."""

    page: str
    text: str


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(markdown: str, *, below: int = 1) -> str:
    """Return Markdown as HTML: tags that an author writes are shown as text, and links lead to safe addresses only.

    Headings begin `below` the page's own, or another level, and never jump; pictures of other sites become links.
    """
    tokens, level, last = _parser().parse(markdown), below, below
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            if token.type == "heading_open":
                level = min(int(token.tag[1]) + below, last + 1, 6)
                last = level
                token.attrSet("class", _HEADINGS.get(level, "govuk-heading-s"))
            token.tag = f"h{level}"
        elif token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        for child in token.children or ():
            if child.type in _CLASSES:
                child.attrSet("class", _CLASSES[child.type])
        if token.children:
            token.children = [part for child in token.children for part in _shown(child)]
    text: str = _parser().renderer.render(tokens, _parser().options, {})
    return text


def _shown(child: Token) -> list[Token]:
    """Return a picture of another site as a link: pages show no pictures but their own."""
    address = str(child.attrs.get("src", ""))
    if child.type != "image" or address.startswith("data:"):
        return [child]
    from markdown_it.token import Token

    words = Token("text", "", 0, content=child.content or address)
    return [
        Token("link_open", "a", 1, attrs={"href": address, "class": "govuk-link"}),
        words,
        Token("link_close", "a", -1),
    ]


def plain(markdown: str) -> str:
    """Return the words of Markdown, one paragraph a block, without code and addresses."""
    blocks = [
        "".join(child.content if child.type in {"text", "softbreak", "image"} else " " for child in token.children)
        for token in _parser().parse(markdown)
        if token.type == "inline" and token.children
    ]
    return "\n\n".join(" ".join(block.split()) for block in blocks)


def syllables(word: str, language: str) -> int:
    """Return about how many syllables a word has; every word has one."""
    lower = word.lower()
    found = len(_VOWELS[language].findall(lower))
    if language == "en" and lower.endswith("e") and not lower.endswith(("le", "ee")) and found > 1:
        found -= 1
    if language == "fr" and lower.endswith(("e", "es")) and found > 1:
        found -= 1
    return max(1, found)


def readability(texts: Iterable[str], language: str) -> Readability:
    """Return how easy texts are to read: Flesch for English, Kandel and Moles for French, Fernández Huerta for Spanish.

    The measures hold for fifty words or more; for other languages there is no score, only what is long.
    """
    text = "\n\n".join(plain(one) for one in texts)
    code = language.partition("-")[0].lower()
    sentences = [found for part in _SENTENCE.split(text) if (found := " ".join(part.split()))]
    counted = [_WORD.findall(sentence) for sentence in sentences]
    words = [word for sentence in counted for word in sentence]
    long_sentences = tuple(
        sentence for sentence, found in zip(sentences, counted, strict=True) if len(found) > SENTENCE_WORDS_MAX
    )
    score, long_words = None, tuple[str, ...]()
    if code in _VOWELS:
        counts = [syllables(word, code) for word in words]
        long_words = tuple(
            dict.fromkeys(word for word, count in zip(words, counts, strict=True) if count > LONG_SYLLABLES)
        )
        if len(words) >= WORDS_FOR_A_SCORE_MIN:
            score = _score(code, len(words) / max(1, len([one for one in counted if one])), sum(counts) / len(words))
    return Readability(
        language=code, score=score, words=len(words), long_sentences=long_sentences[:20], long_words=long_words[:40]
    )


def _score(language: str, words_a_sentence: float, syllables_a_word: float) -> float:
    if language == "fr":
        found = 207 - 1.015 * words_a_sentence - 73.6 * syllables_a_word
    elif language == "es":
        found = 206.84 - 1.02 * words_a_sentence - 60 * syllables_a_word
    else:
        found = 206.835 - 1.015 * words_a_sentence - 84.6 * syllables_a_word
    return round(min(100.0, max(0.0, found)), 1)


def accessible(page: str, markdown: str) -> list[Fault]:
    """Return what keeps somebody from reading a page: pictures, headings, links and tables without their words."""
    faults: list[Fault] = []
    level = 0
    for token in _parser().parse(markdown):
        if token.type == "heading_open":
            at = int(token.tag[1])
            if at > level + 1:
                faults.append(Fault(page, _("A heading jumps over a level.")))
            level = at
        if token.type == "inline":
            faults += _in_line(page, token.children or ())
    if re.search(r"(?:[A-ZÀ-Þ]{2,}\W+){6,}", plain(markdown)):
        faults.append(Fault(page, _("A sentence is written in capital letters, which is hard to read.")))
    return faults


def _in_line(page: str, tokens: Sequence[Token]) -> list[Fault]:
    faults: list[Fault] = []
    words, inside = "", False
    for token in tokens:
        if token.type == "image" and not token.content.strip():
            faults.append(Fault(page, _("A picture has no words that describe it.")))
        if token.type == "link_open":
            words, inside = "", True
        elif token.type == "link_close":
            inside = False
            if words.strip().lower().rstrip(".") in _VAGUE_LINKS or not words.strip():
                faults.append(Fault(page, _("A link does not say where it leads.")))
        elif inside:
            words += token.content
    return faults
