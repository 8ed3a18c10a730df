"""Every module, public class and public function says in a sentence what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .tree import modules, named, syntax

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(scope: ast.Module | ast.ClassDef) -> Iterator[Documented]:
    """Yield what a scope shows to others: its classes, functions and their methods."""
    yield scope
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def test_everything_public_says_what_it_is_for() -> None:
    silent = [
        f"{named(path)}: {getattr(node, 'name', 'the module')}"
        for path in modules()
        for node in public(syntax(path))
        if not (ast.get_docstring(node) or "").strip()
    ]

    assert silent == []


def test_a_docstring_starts_with_a_whole_sentence() -> None:
    broken = [
        f"{named(path)}: {getattr(node, 'name', 'the module')}"
        for path in modules()
        for node in public(syntax(path))
        if (text := ast.get_docstring(node)) and not text.split("\n\n")[0].rstrip().endswith((".", "?", ":"))
    ]

    assert broken == []
