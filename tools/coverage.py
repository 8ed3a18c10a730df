"""Which test verifies which requirement: writes docs/reference/coverage.md, and refuses a forgotten requirement.

Tests name requirement ids with `@pytest.mark.requirement("ID", ...)`; packages list theirs in `spec.yaml` and say in
their README, under "## Left out", why one is not met (`- **ID**: reason`). Everything is read without running anything.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
REPORT = Path("docs/reference/coverage.md")
LEVELS = ("REQUIRED", "RECOMMENDED", "OPTIONAL")
_LEFT_OUT = re.compile(r"^- \*\*(?P<ids>[^*]+)\*\*: (?P<reason>.+(?:\n  .+)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a package's spec.yaml."""

    id: str
    level: str
    line: str


@dataclass(frozen=True, slots=True)
class Specification:
    """What one package owes, and the reasons it gives for what it leaves out."""

    name: str
    title: str
    version: str
    requirements: tuple[Requirement, ...]
    left_out: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verification:
    """One test that carries a requirement id."""

    file: str
    name: str

    @property
    def sentence(self) -> str:
        """Return the test's name as the sentence it is."""
        return self.name.rpartition("::")[2].removeprefix("test_").replace("_", " ")


def specifications(root: Path) -> list[Specification]:
    """Read every spec.yaml of the tree, in order of name."""
    return sorted((_specification(path) for path in root.glob("src/govstack/**/spec.yaml")), key=lambda spec: spec.name)


def _specification(path: Path) -> Specification:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    requirements = tuple(Requirement(row["id"], row["level"], row["line"]) for row in document["requirements"])
    return Specification(
        document["name"],
        document["title"],
        document["specification_version"],
        requirements,
        left_out(path.with_name("README.md")),
    )


def left_out(readme: Path) -> dict[str, str]:
    """Return the reasons a README gives under "## Left out", by requirement id; one line may name several ids."""
    if not readme.exists():
        return {}
    _, _, section = readme.read_text(encoding="utf-8").partition("\n## Left out\n")
    section = section.partition("\n## ")[0]
    return {
        identifier.strip(): " ".join(found["reason"].split())
        for found in _LEFT_OUT.finditer(section)
        for identifier in found["ids"].split(",")
    }


def verifications(root: Path) -> dict[str, list[Verification]]:
    """Return the tests of each requirement id, read from their marks."""
    found: dict[str, list[Verification]] = defaultdict(list)
    for path in sorted(root.glob("tests/**/test_*.py")):
        file = path.relative_to(root).as_posix()
        for identifier, name in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            test = Verification(file, name)
            if test not in found[identifier]:
                found[identifier].append(test)
    return dict(found)


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    everywhere = [
        identifier
        for node in module.body
        if isinstance(node, ast.Assign) and any(isinstance(n, ast.Name) and n.id == "pytestmark" for n in node.targets)
        for identifier in _ids(node.value)
    ]
    yield from _marks_in(module, prefix="", inherited=everywhere)


def _marks_in(scope: ast.Module | ast.ClassDef, *, prefix: str, inherited: list[str]) -> Iterator[tuple[str, str]]:
    for node in scope.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        ids = inherited + [identifier for decorator in node.decorator_list for identifier in _ids(decorator)]
        if isinstance(node, ast.ClassDef):
            yield from _marks_in(node, prefix=f"{prefix}{node.name}::", inherited=ids)
        elif node.name.startswith("test"):
            for identifier in ids:
                yield identifier, prefix + node.name


def _ids(expression: ast.expr) -> Iterator[str]:
    """Yield the ids of every `pytest.mark.requirement(...)` inside an expression, parametrised cases too."""
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requirement":
            for argument in node.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    raise SystemExit(f"Line {node.lineno}: requirement ids are written as literal text.")
                yield argument.value


def problems(specs: Sequence[Specification], tests: Mapping[str, Sequence[Verification]]) -> list[str]:
    """Return what is wrong, in sentences; an empty list means every REQUIRED line has its test or its reason."""
    known: dict[str, str] = {}
    found = []
    for spec in specs:
        for requirement in spec.requirements:
            if requirement.id in known:
                found.append(f"{requirement.id} stands in {known[requirement.id]} and in {spec.name}.")
            if requirement.level not in LEVELS:
                found.append(f"{requirement.id} has no such level: {requirement.level}.")
            known[requirement.id] = spec.name
            reason = spec.left_out.get(requirement.id)
            if requirement.level == "REQUIRED" and requirement.id not in tests and reason is None:
                found.append(f"{requirement.id} ({spec.name}) has neither a test nor a line under Left out.")
        strangers = sorted(set(spec.left_out) - {requirement.id for requirement in spec.requirements})
        found += [f"{identifier} under Left out of {spec.name} is not in its spec.yaml." for identifier in strangers]
    for identifier in sorted(set(tests) - set(known)):
        found.append(f"{identifier} in {tests[identifier][0].file} is in no spec.yaml.")
    return found


def report(specs: Sequence[Specification], tests: Mapping[str, Sequence[Verification]]) -> str:
    """Return the coverage page in Markdown."""
    lines = [
        "# Requirements and what verifies them",
        "",
        "Generated by `tools/coverage.py`; `make docs` writes it anew. A requirement is verified when a test carries",
        "its id. One that is left out has a reason in its package's README. Open lines are recommended or optional.",
        "",
        "| Package | Level | Requirements | Verified | Left out | Open |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for spec in specs:
        lines += _summary(spec, tests)
    for spec in specs:
        lines += ["", f"## {spec.title}", "", f"Specification {spec.version}.", ""]
        lines += ["| Id | Level | Requirement | Verified by |", "|---|---|---|---|"]
        for requirement in spec.requirements:
            evidence = [f"[{test.sentence}](../../{test.file})" for test in tests.get(requirement.id, ())]
            if requirement.id in spec.left_out:
                evidence.append(f"Left out: {spec.left_out[requirement.id]}")
            cells = (requirement.id, requirement.level.lower(), requirement.line, "<br>".join(evidence))
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _summary(spec: Specification, tests: Mapping[str, Sequence[Verification]]) -> Iterator[str]:
    for level in LEVELS:
        ids = [requirement.id for requirement in spec.requirements if requirement.level == level]
        if ids:
            verified = sum(identifier in tests for identifier in ids)
            left = sum(identifier in spec.left_out and identifier not in tests for identifier in ids)
            counts = f"{len(ids)} | {verified} | {left} | {len(ids) - verified - left}"
            yield f"| {spec.title} | {level.lower()} | {counts} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with --check compare it and name what is forgotten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a line is missing or stale")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    specs, tests = specifications(options.root), verifications(options.root)
    page, found = report(specs, tests), problems(specs, tests)
    target: Path = options.root / REPORT
    if not options.check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")
    elif not target.exists() or target.read_text(encoding="utf-8") != page:
        found.append(f"{REPORT} is out of date. Run `make docs`.")
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 1 if options.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
