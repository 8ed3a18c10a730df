"""Small pieces of SVG: escaped elements, and a canvas that mirrors itself for right-to-left readers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from govstack.kernel import i18n

ELLIPSIS = "…"


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """Return an element, escaped; `class_` is class, an underscore a hyphen, and None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{join(children)}</{name}>")  # noqa: S704 - every part is escaped above


def join(parts: Iterable[object]) -> Markup:
    """Return the parts, escaped, one after the other."""
    return Markup("").join(escape(part) for part in parts)


def text_of(count: float) -> str:
    """Write a coordinate without noise: 12.5, 40."""
    return f"{count:.2f}".rstrip("0").rstrip(".")


def shortened(text: str, characters_max: int) -> str:
    """Cut a label that would not fit; the table beside the drawing keeps it whole."""
    return text if len(text) <= characters_max else text[: characters_max - 1].rstrip() + ELLIPSIS


def two_lines(text: str, characters_max: int) -> list[str]:
    """Break a label at a space into at most two lines."""
    if len(text) <= characters_max:
        return [text]
    words, first = text.split(), ""
    while words and len(f"{first} {words[0]}".strip()) <= characters_max:
        first = f"{first} {words.pop(0)}".strip()
    if not first:
        return [shortened(text, characters_max)]
    return [first, shortened(" ".join(words), characters_max)] if words else [first]


def round_up(number: float) -> float:
    """Return the next readable end of a scale: 1, 2, 2.5 or 5 times a power of ten."""
    if number <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= number * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing as wide as its place; across in percent, down in pixels, so that text keeps its size on any screen.

    In a right-to-left language everything across is mirrored; the anchors `start` and `end` of text then turn with
    the direction that the page hands down, so shapes and words stay together.
    """

    language: str

    @property
    def mirrored(self) -> bool:
        """Say whether the drawing runs from right to left."""
        return i18n.direction(self.language) == "rtl"

    def x(self, percent: float) -> str:
        """Return a place across."""
        return f"{text_of(100 - percent if self.mirrored else percent)}%"

    def span(self, percent: float, width: float) -> dict[str, str]:
        """Return where a shape starts and how wide it is."""
        start = 100 - percent - width if self.mirrored else percent
        return {"x": f"{text_of(start)}%", "width": f"{text_of(width)}%"}

    def shift(self, pixels: float) -> str:
        """Return a small step in reading direction."""
        return text_of(-pixels if self.mirrored else pixels)

    def text(
        self, words: object, percent: float, y: float, class_: str, *, anchor: str = "start", dx: float = 0
    ) -> Markup:
        """Write words of the reader's language."""
        return tag(
            "text",
            words,
            x=self.x(percent),
            y=text_of(y),
            dx=self.shift(dx) if dx else None,
            class_=class_,
            text_anchor=anchor,
        )

    def code(
        self, words: object, percent: float, y: float, class_: str, *, anchor: str = "start", dx: float = 0
    ) -> Markup:
        """Write an address or an operation, which runs from left to right in every language."""
        if self.mirrored:
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        return tag(
            "text",
            words,
            x=self.x(percent),
            y=text_of(y),
            dx=self.shift(dx) if dx else None,
            class_=class_,
            text_anchor=anchor,
            direction="ltr",
        )

    def at(self, percent: float, y: float, *shapes: object) -> Markup:
        """Place shapes drawn in pixels around a point; they are mirrored with the canvas."""
        inner = tag("g", *shapes, transform="scale(-1 1)" if self.mirrored else None)
        return tag("svg", inner, x=self.x(percent), y=text_of(y), overflow="visible", width="1", height="1")
