"""Lists that people read are joined as their language joins them: no page says "A, B, C" in Arabic."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .tree import SOURCE, modules, syntax

PLACES = (SOURCE / "blocks", SOURCE / "pillars", SOURCE / "web")
MARKS = frozenset({",", ";"})
IN_TEMPLATE = re.compile(r"join\(\s*'\s*[,;]\s+'\s*\)|loop\.last\s*%\}\s*[,;]\s*\{%")


def shown() -> Iterator[Path]:
    """Return the modules that say something to people: presenters and pages, and all of the web."""
    for place in PLACES:
        yield from (path for path in modules(place) if place.name == "web" or path.stem in {"presenters", "pages"})


def joined_bare(tree: ast.AST) -> Iterator[int]:
    """Return the lines where a constant comma or semicolon joins a list, but in functions for files and for fields."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not (isinstance(node, ast.FunctionDef) and node.name.startswith(("file_", "field_"))):
            waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            marks = [node.func.value]
            if isinstance(marks[0], ast.IfExp):
                marks = [marks[0].body, marks[0].orelse]
            if any(isinstance(one, ast.Constant) and str(one.value).strip() in MARKS for one in marks):
                yield node.lineno


def test_no_presenter_joins_a_list_with_a_bare_comma() -> None:
    bare = [f"{path.relative_to(SOURCE)}:{line}" for path in shown() for line in joined_bare(syntax(path))]

    assert bare == []


def test_no_template_joins_a_list_with_a_bare_comma() -> None:
    templates = [path for place in PLACES for path in place.rglob("*.html") if "static" not in path.parts]
    bare = [path.name for path in templates if IN_TEMPLATE.search(path.read_text("utf-8"))]

    assert bare == []
