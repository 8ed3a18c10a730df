"""What stands on a card, and which HTML may become one."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from unicodedata import bidirectional

from govstack.blocks.identity.cards.errors import UnsafeHtml

HTML_CHARACTERS_MAX = 1_000_000
# What is read: drawing takes time for each word, pictures do not.
TEXT_CHARACTERS_MAX = 20_000
ELEMENTS_MAX = 1_000
DEPTH_MAX = 40
PICTURE_BYTES_MAX = 400_000
PICTURE_PIXELS_MAX = 4_000_000
PICTURES_MAX = 10
TITLE_CHARACTERS_MAX = 200
PICTURE_TYPES = ("image/png", "image/jpeg")

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
# What the library draws, without what leads to a script, a file, a host or another document.
TAGS = frozenset(
    {
        "html", "head", "body", "title", "meta", "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "b", "strong",
        "i", "em", "u", "s", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
        "center", "span", "div", "section", "blockquote", "pre", "code", "sup", "sub", "font", "img",
    }
)  # fmt: skip
_VOID = frozenset({"br", "hr", "img", "meta"})
_BLOCKS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "dl", "table", "blockquote", "pre", "center", "hr"}
)
_LINES = frozenset({"br", "li", "dt", "dd", "p", "tr", "td", "th"})
_BETWEEN: tuple[list[str], ...] = (
    [],
    ["table"],
    ["tr"],
    ["thead"],
    ["tbody"],
    ["tfoot"],
    ["ul"],
    ["ol"],
    ["dl"],
    ["html"],
    ["head"],
    ["body"],
)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_STRONG = _RIGHT_TO_LEFT | {"L"}
# Drawn by none of its own: the text inside them stands as it is, or not at all.
_DROPPED = frozenset({"html", "head", "body", "meta", "span", "div", "section", "title", "i", "em", "code", "pre"})
_ATTRIBUTES = {
    "align": re.compile(r"left|right|center|justify", re.IGNORECASE),
    "width": re.compile(r"\d{1,4}%?"),
    "height": re.compile(r"\d{1,4}"),
    "colspan": re.compile(r"[1-9]\d?"),
    "rowspan": re.compile(r"[1-9]\d?"),
    "border": re.compile(r"\d"),
    "color": re.compile(r"#[0-9a-fA-F]{3,6}"),
    "bgcolor": re.compile(r"#[0-9a-fA-F]{3,6}"),
    "size": re.compile(r"\d{1,2}"),
    "alt": re.compile(r"[^<>]{0,300}"),
}
_PICTURE = re.compile(r"data:(image/png|image/jpeg);base64,([A-Za-z0-9+/\s]+={0,2})")
# Said of a document and not drawn.
_QUIET = frozenset({"style", "class", "id", "lang", "dir", "charset", "name", "content", "title", "xmlns"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a card."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card: the country's words, the person's data, and the code that anybody can check."""

    title: str
    issuer: str
    language: str
    rows: Sequence[Row]
    number: str
    check_url: str
    check_words: str
    code_words: str
    picture_words: str
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a card, such as a paragraph or a table: its safe HTML, its lines as text, and its pictures."""

    tag: str
    align: str
    html: str
    lines: tuple[str, ...]
    pictures: tuple[str, ...]

    @property
    def right_to_left(self) -> bool:
        """Tell whether letters in it run from right to left."""
        return any(bidirectional(letter) in _RIGHT_TO_LEFT for line in self.lines for letter in line)

    @property
    def begins_right(self) -> bool:
        """Tell whether it stands on the right: its first letter with a direction decides."""
        directions = (bidirectional(letter) for line in self.lines for letter in line)
        return next((one for one in directions if one in _STRONG), "") in _RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class Html:
    """The safe HTML of a card in blocks, and the title that its document has."""

    blocks: tuple[Block, ...]
    title: str

    @property
    def text(self) -> str:
        """Return everything that is read."""
        return "".join(line for block in self.blocks for line in block.lines)


def safe_html(text: str) -> Html:
    """Return HTML that draws the same card and can reach nothing outside itself; raises UnsafeHtml."""
    if not text.strip() or len(text) > HTML_CHARACTERS_MAX:
        raise UnsafeHtml
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.finished()


def picture(url: str) -> bytes:
    """Return the bytes of a picture that stands in its own address, or nothing when it is elsewhere or too large."""
    found = _PICTURE.fullmatch(url)
    if found is None or len(url) > PICTURE_BYTES_MAX * 4 // 3 + 100:
        return b""
    try:
        content = base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error:
        return b""
    width, height = pixels(content)
    return content if 0 < width * height <= PICTURE_PIXELS_MAX and len(content) <= PICTURE_BYTES_MAX else b""


def pixels(content: bytes) -> tuple[int, int]:
    """Return width and height that a PNG or JPEG declares, before anything unfolds it; (0, 0) for anything else."""
    if content.startswith(_PNG) and content[12:16] == b"IHDR":
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    if not content.startswith(_JPEG):
        return 0, 0
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + max(length, 2)
    return 0, 0


class _Reader(HTMLParser):
    """Writes HTML anew from what it knows, block by block; whatever else comes is refused."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[Block] = []
        self._title: list[str] = []
        self._open: list[str] = []
        self._block, self._align, self._depth = "p", "", 0
        self._parts: list[str] = []
        self._lines: list[str] = [""]
        self._pictures: list[str] = []
        self._elements = self._pictures_seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in, if it is one of a card."""
        self._elements += 1
        if tag not in TAGS or self._elements > ELEMENTS_MAX or len(self._open) >= DEPTH_MAX:
            raise UnsafeHtml
        given = {name: value or "" for name, value in attrs}
        written = "".join(self._attribute(tag, name, value) for name, value in given.items())
        if tag in _BLOCKS and self._depth == 0:
            self._finish_block()
            self._block, self._align = tag, given.get("align", "center" if tag == "center" else "").lower()
        if tag in _BLOCKS and tag not in _VOID:
            self._depth += 1
        if tag == "img" and ' src="' not in written:
            raise UnsafeHtml
        if tag not in _DROPPED:
            self._parts.append(f"<{tag}{written}>")
        if tag == "img":
            self._pictures.append(self._parts[-1])
        if tag in _LINES:
            self._lines.append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in an element that ends where it begins."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element, which must be the last that is open."""
        if tag in _VOID:
            return
        if not self._open or self._open.pop() != tag:
            raise UnsafeHtml
        if tag not in _DROPPED:
            self._parts.append(f"</{tag}>")
        if tag in _BLOCKS:
            self._depth -= 1
        if self._depth == 0 and (tag in _BLOCKS or tag in {"div", "section"}):
            self._finish_block()

    def handle_data(self, data: str) -> None:
        """Take in text."""
        if "title" in self._open:
            self._title.append(data)
        elif data.strip() or self._open[-1:] not in _BETWEEN:
            self._parts.append(escape(data, quote=False))
            self._lines[-1] += data

    def handle_pi(self, data: str) -> None:
        """Refuse what is for other programs."""
        raise UnsafeHtml

    def unknown_decl(self, data: str) -> None:
        """Refuse what is no HTML."""
        raise UnsafeHtml

    def finished(self) -> Html:
        """Return what was read; raises UnsafeHtml for a document that ends in the middle or shows nothing."""
        self._finish_block()
        read = sum(len(line) for block in self._blocks for line in block.lines)
        if self._open or not self._blocks or read > TEXT_CHARACTERS_MAX:
            raise UnsafeHtml
        return Html(tuple(self._blocks), "".join(self._title).strip()[:TITLE_CHARACTERS_MAX])

    def _finish_block(self) -> None:
        html = "".join(self._parts).strip()
        lines = tuple(line for line in (" ".join(one.split()) for one in self._lines) if line)
        if lines or self._pictures or self._block in {"hr", "table"}:
            whole = html if html.startswith(f"<{self._block}") else f"<p>{html}</p>"
            self._blocks.append(Block(self._block, self._align, whole, lines, tuple(self._pictures)))
        self._block, self._align = "p", ""
        self._parts, self._lines, self._pictures = [], [""], []

    def _attribute(self, tag: str, name: str, value: str) -> str:
        if tag == "img" and name == "src":
            self._pictures_seen += 1
            if self._pictures_seen > PICTURES_MAX or not picture(value):
                raise UnsafeHtml
            return f' src="{"".join(value.split())}"'
        if name in _QUIET:
            return ""
        shape = _ATTRIBUTES.get(name)
        if shape is None or not shape.fullmatch(value):
            raise UnsafeHtml
        return f' {name}="{escape(value)}"'
