"""What a page handler gives back: a page to draw, or another address to go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Page:
    """A template with the values it shows; `title` is the text of its h1 unless the template sets its own."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    status: int = 200
    title: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another address to go to; 303 turns a sent form into a page that can be reloaded safely.

    `notice` is one sentence that the next page shows once, such as "The member was accepted."
    """

    location: str
    status: int = 303
    notice: str = ""
    cookies: tuple[str, ...] = ()
