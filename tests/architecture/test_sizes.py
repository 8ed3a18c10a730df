"""Small by default: limits on modules, functions and the kernel, with lists of exceptions that only shrink."""

from __future__ import annotations

import ast
from pathlib import Path

from .tree import KERNEL, ROOT, modules, named, syntax

MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
KERNEL_CODE_LINES_MAX = 5_400
LONG_MODULES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()
MEASURED = (ROOT / "src", ROOT / "tools", ROOT / "benchmarks")


def lines(path: Path) -> list[str]:
    """Return a module's lines."""
    return path.read_text(encoding="utf-8").splitlines()


def measured() -> list[Path]:
    """Return the modules that the limits hold for."""
    return [path for folder in MEASURED if folder.exists() for path in modules(folder)]


def long_modules() -> set[str]:
    """Return the modules over the limit."""
    return {named(path) for path in measured() if len(lines(path)) > MODULE_LINES_MAX}


def long_functions() -> set[str]:
    """Return the functions over the limit, decorators not counted."""
    return {
        f"{named(path)}::{node.name}"
        for path in measured()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    }


def test_no_further_module_grows_over_the_limit() -> None:
    assert long_modules() - LONG_MODULES == set()


def test_no_further_function_grows_over_the_limit() -> None:
    assert long_functions() - LONG_FUNCTIONS == set()


def test_the_lists_of_exceptions_only_shrink() -> None:
    outgrown = (LONG_MODULES - long_modules()) | (LONG_FUNCTIONS - long_functions())

    assert outgrown == set(), "These fit the limit now: take them off the list."


def code_lines(path: Path) -> int:
    """Count a module's lines of code: blank lines, comments and docstrings are not held against it."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    words = {
        line
        for node in ast.walk(syntax(path))
        if isinstance(node, documented) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    return sum(
        1
        for number, line in enumerate(lines(path), start=1)
        if line.strip() and not line.lstrip().startswith("#") and number not in words
    )


def test_the_kernel_stays_small() -> None:
    assert sum(code_lines(path) for path in modules(KERNEL.folder)) < KERNEL_CODE_LINES_MAX
