"""Draws a grid of numbers as a picture of its own; the number stands in each cell, so that colour is not needed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from govstack.kernel.errors import Unavailable
from govstack.pillars.learn.needs.drawing.model import GRID, INK, PAPER, Grid, colours
from govstack.web import fonts

if TYPE_CHECKING:  # a start would wait for it, and few draw
    from PIL import Image, ImageFont

CELL_WIDTH, CELL_HEIGHT, HEAD_HEIGHT, LABEL_WIDTH, MARGIN, LINE = 64, 36, 96, 260, 24, 22
LABEL_CHARACTERS_MAX = 34
COLUMN_CHARACTERS_MAX = 14
TEXT_SIZE, TITLE_SIZE = 15, 20
DASH = "–"


@dataclass(frozen=True, slots=True)
class _Measures:
    width: int
    height: int
    top: int


def _measures(grid: Grid) -> _Measures:
    top = MARGIN + TITLE_SIZE + MARGIN + HEAD_HEIGHT
    width = MARGIN * 2 + LABEL_WIDTH + CELL_WIDTH * len(grid.columns)
    height = top + CELL_HEIGHT * len(grid.rows) + MARGIN + LINE * (len(grid.legend)) + MARGIN
    return _Measures(max(width, 640), height, top)


def _short(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _written(number: int | None) -> str:
    return DASH if number is None else str(number)


def svg(grid: Grid, language: str) -> bytes:
    """Return the grid as SVG that needs nothing else; each cell says what it means to whoever cannot see it."""
    at = _measures(grid)

    def flip(x: int) -> int:
        return x if grid.rightwards else at.width - x

    start = "start" if grid.rightwards else "end"
    frame = f'width="{at.width}" height="{at.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {frame} viewBox="0 0 {at.width} {at.height}" role="img"'
    letters = f'lang="{escape(language)}" font-family="Noto Sans, Arial, sans-serif" font-size="{TEXT_SIZE}"'
    parts = [
        f'{head} {letters}><title>{escape(grid.title)}</title><rect {frame} fill="{PAPER}"/>',
        _svg_text(grid.title, flip(MARGIN), MARGIN + TITLE_SIZE, start, size=TITLE_SIZE),
    ]
    for place, column in enumerate(grid.columns):
        x = flip(MARGIN + LABEL_WIDTH + place * CELL_WIDTH + CELL_WIDTH // 2)
        parts.append(
            f'<g transform="translate({x + 5} {at.top - 8}) rotate(-60)">'
            f'<text fill="{INK}">{escape(_short(column, COLUMN_CHARACTERS_MAX))}</text></g>'
        )
    for row, (label, numbers) in enumerate(grid.rows):
        y = at.top + row * CELL_HEIGHT
        parts.append(_svg_text(_short(label, LABEL_CHARACTERS_MAX), flip(MARGIN), y + 24, start))
        for place, number in enumerate(numbers):
            paper, ink = colours(grid.shade(number))
            left = MARGIN + LABEL_WIDTH + place * CELL_WIDTH
            x = left if grid.rightwards else at.width - left - CELL_WIDTH
            told = escape(f"{label}, {grid.columns[place]}: {_written(number)}")
            parts.append(
                f'<g><title>{told}</title><rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" '
                f'fill="{paper}" stroke="{GRID}"/>'
                f'<text x="{x + CELL_WIDTH // 2}" y="{y + 24}" text-anchor="middle" fill="{ink}">'
                f"{_written(number)}</text></g>"
            )
    below = at.top + CELL_HEIGHT * len(grid.rows) + MARGIN
    parts += [_svg_text(text, flip(MARGIN), below + LINE * place, start) for place, text in enumerate(grid.legend)]
    return ("".join(parts) + "</svg>").encode()


def _svg_text(text: str, x: int, y: int, anchor: str, *, size: int = TEXT_SIZE) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" fill="{INK}">{escape(text)}</text>'


def png(grid: Grid) -> bytes:
    """Return the grid as PNG, twice as large as it is shown so that it prints well."""
    from PIL import Image, ImageDraw

    at, scale = _measures(grid), 2
    image = Image.new("RGB", (at.width * scale, at.height * scale), PAPER)
    draw = ImageDraw.Draw(image)

    def text(words: str, x: int, y: int, *, anchor: str, size: int = TEXT_SIZE, fill: str = INK) -> None:
        place = x if grid.rightwards else at.width - x
        side = anchor if grid.rightwards else anchor.replace("l", "r")
        draw.text((place * scale, y * scale), words, fill=fill, font=_font(words, size * scale), anchor=side)

    text(grid.title, MARGIN, MARGIN + TITLE_SIZE // 2, anchor="lm", size=TITLE_SIZE)
    for place, column in enumerate(grid.columns):
        words = _short(column, COLUMN_CHARACTERS_MAX)
        x = MARGIN + LABEL_WIDTH + place * CELL_WIDTH + CELL_WIDTH // 2
        _turned(image, words, ((x if grid.rightwards else at.width - x) * scale, (at.top - 6) * scale), scale)
    for row, (label, numbers) in enumerate(grid.rows):
        y = at.top + row * CELL_HEIGHT
        text(_short(label, LABEL_CHARACTERS_MAX), MARGIN, y + CELL_HEIGHT // 2, anchor="lm")
        for place, number in enumerate(numbers):
            paper, ink = colours(grid.shade(number))
            left = MARGIN + LABEL_WIDTH + place * CELL_WIDTH
            x = left if grid.rightwards else at.width - left - CELL_WIDTH
            corner = (x * scale, y * scale, (x + CELL_WIDTH) * scale, (y + CELL_HEIGHT) * scale)
            draw.rectangle(corner, fill=paper, outline=GRID)
            text(_written(number), left + CELL_WIDTH // 2, y + CELL_HEIGHT // 2, anchor="mm", fill=ink)
    below = at.top + CELL_HEIGHT * len(grid.rows) + MARGIN
    for place, line in enumerate(grid.legend):
        text(line, MARGIN, below + LINE * place, anchor="lm")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _turned(image: Image.Image, words: str, foot: tuple[int, int], scale: int) -> None:
    """Write upwards from a foot, turned so that long codes do not run into each other."""
    from PIL import Image, ImageDraw

    font = _font(words, TEXT_SIZE * scale)
    left, top, right, bottom = font.getbbox(words)
    width, height = int(right - left) + 4, int(bottom - top) + 4
    strip = Image.new("RGBA", (max(width, 1), max(height, 1)), (255, 255, 255, 0))
    ImageDraw.Draw(strip).text((2 - left, 2 - top), words, fill=INK, font=font)
    turned = strip.rotate(60, expand=True)
    image.paste(turned, (foot[0] - turned.width // 3, foot[1] - turned.height), turned)


@lru_cache(maxsize=64)
def _font(words: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return letters for a text, of the script that it needs most."""
    from PIL import ImageFont

    try:
        regular = [path for _script, style, path in fonts.files(fonts.scripts_of(words)) if not style]
        return ImageFont.truetype(regular[-1], size)
    except (Unavailable, OSError):
        return ImageFont.load_default(size)
