"""The letters that PDF is drawn with: files of the built assets, by script and weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from govstack.kernel.errors import Unavailable
from govstack.web.assets import FOLDER

FAMILY = "Noto Sans"
_FILES = {
    "latin": "noto-sans-latin",
    "latin-ext": "noto-sans-latin-ext",
    "vietnamese": "noto-sans-vietnamese",
    "cyrillic": "noto-sans-cyrillic",
    "cyrillic-ext": "noto-sans-cyrillic-ext",
    "greek": "noto-sans-greek",
    "devanagari": "noto-sans-devanagari",
    "arabic": "noto-sans-arabic-arabic",
}
SCRIPTS = tuple(_FILES)
# Where the letters of a script stand in Unicode; Latin is always there.
_RANGES: dict[str, tuple[tuple[int, int], ...]] = {
    "latin-ext": (
        (0x0100, 0x02FF),
        (0x1D00, 0x1E9F),
        (0x1EF2, 0x1EFF),
        (0x2070, 0x20CF),
        (0x2C60, 0x2C7F),
        (0xA720, 0xA7FF),
    ),
    "vietnamese": ((0x0102, 0x0103), (0x0110, 0x0111), (0x01A0, 0x01B0), (0x0300, 0x0323), (0x1EA0, 0x1EF9)),
    "cyrillic": ((0x0400, 0x045F), (0x0490, 0x0491), (0x04B0, 0x04B1)),
    "cyrillic-ext": ((0x0460, 0x052F), (0x1C80, 0x1C8F), (0x2DE0, 0x2DFF), (0xA640, 0xA69F)),
    "greek": ((0x0370, 0x03FF),),
    "devanagari": ((0x0900, 0x097F), (0x1CD0, 0x1CFF), (0xA8E0, 0xA8FF)),
    "arabic": ((0x0600, 0x06FF), (0x0750, 0x077F), (0x0870, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF)),
}
_WEIGHTS = {"": 400, "B": 700}


def scripts_of(text: str) -> list[str]:
    """Return which scripts a text needs, Latin first."""
    letters = {ord(letter) for letter in text}
    found = [
        script
        for script, ranges in _RANGES.items()
        if any(first <= letter <= last for letter in letters for first, last in ranges)
    ]
    return [SCRIPTS[0], *found]


def files(scripts: Iterable[str]) -> Iterator[tuple[str, str, Path]]:
    """Return script, style ("" or "B") and file of their fonts; raises Unavailable when the assets are not built."""
    if not _built():
        raise Unavailable("The fonts of documents are missing. Run `make assets`.")
    for script in scripts:
        for style, weight in _WEIGHTS.items():
            yield script, style, FOLDER / "vendor" / "fonts" / f"{_FILES[script]}-{weight}-normal.woff"


@lru_cache(maxsize=1)
def _built() -> bool:
    return (FOLDER / "vendor" / "fonts").is_dir()
