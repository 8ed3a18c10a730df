"""Reads rule tables (DMN 1.3) and decides by them, with SpiffWorkflow's engine on a language that cannot run code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from govstack.pillars.sandbox.decisions.model import (
    BrokenTable,
    Decision,
    Effect,
    Fact,
    FactType,
    Reason,
    cell,
    check_facts,
    decided,
    term,
)

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
TABLE_BYTES_MAX = 1_000_000
RULES_MAX = 1_000
OUTPUTS = ("package", "effect", "reason")
_TYPES: Mapping[str, FactType] = {"boolean": "boolean", "number": "number", "string": "string"}
_TESTED = "dmninputexpr"  # how SpiffWorkflow's engine names the tested value, where a cell says "?"


class _Entry(Protocol):
    lhs: list[str | None]


class _Rule(Protocol):
    id: str
    inputEntries: list[_Entry]  # noqa: N815, the library's name

    def output_as_dict(self, task: object) -> Mapping[str, Fact]: ...


class _Engine(Protocol):
    def decide(self, task: object) -> list[_Rule]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """A checked rule table: the facts it needs, by name, and per rule the names of the facts it looks at."""

    name: str
    facts: Mapping[str, FactType]
    looks_at: Mapping[str, tuple[str, ...]]
    engine: _Engine


class _Element(Protocol):
    """What is asked of an XML element."""

    tag: str
    text: str | None

    def get(self, key: str) -> str | None: ...

    def findall(self, path: str) -> list[_Element]: ...


class _Cells:
    """Stands in for the library's script engine, which would give each cell to Python's eval with all built-ins."""

    def validate(self, expression: str) -> None:
        """Called by the engine for cells without a mark; ours always carry one, so anything here is an error."""
        term(expression)

    def evaluate(self, task: _Case, expression: str, external_context: Mapping[str, Fact] | None = None) -> Fact:
        """A marked cell is a test of the value given; everything else is a literal or the name of a fact."""
        if external_context is None:
            return term(expression).of(task.data)
        return cell(expression.removeprefix(_TESTED)).test(external_context[_TESTED], task.data)


class _Workflow:
    script_engine = _Cells()


class _Case:
    """What the engine asks of a task: its data, and the engine that reads cells."""

    workflow = _Workflow()

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.data = facts


def load(file: Path) -> Table:
    """The rule table of a DMN file; raises BrokenTable."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BrokenTable(f"There is no rule table {file.name}. Add it.") from error
    return parse(content, name=file.name)


def decide(table: Table, facts: Mapping[str, Fact | None]) -> Decision:
    """What the table says about these facts; the same facts always give the same decision. Raises FactsMissing."""
    known = check_facts(table.facts, facts)
    case = _Case(known)
    return decided(tuple(_reason(table, rule, case) for rule in table.engine.decide(case)))


def _reason(table: Table, rule: _Rule, case: _Case) -> Reason:
    said = rule.output_as_dict(case)
    effect: Effect = "grant" if said["effect"] == "grant" else "refuse"
    inputs = {name: case.data[name] for name in table.looks_at[rule.id]}
    return Reason(rule.id, str(said["reason"]), inputs, str(said["package"]), effect)


def parse(content: bytes, *, name: str) -> Table:
    """The rule table in a DMN document; everything in it is checked before the first case. Raises BrokenTable."""
    # Heavy to import: only a process that decides pays for them.
    from lxml import etree  # type: ignore[import-untyped,unused-ignore]
    from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
    from SpiffWorkflow.dmn.parser.DMNParser import DMNParser

    if len(content) > TABLE_BYTES_MAX:
        raise BrokenTable(f"{name} is larger than {TABLE_BYTES_MAX:,} bytes.")
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, reader)
    except etree.XMLSyntaxError as error:
        raise BrokenTable(f"{name} is not XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise BrokenTable(f"{name} declares a document type, which rule tables do not need. Remove it.")
    facts, looks_at = _checked(name, root)
    parser = DMNParser(None, root, {"dmn": DMN}, filename=name)
    parser.parse()
    table = parser.decision.decisionTables[0]
    for rule in table.rules:
        for entry in rule.inputEntries:
            entry.lhs = [text if text is None else f"?{text}" for text in entry.lhs]
    return Table(name, facts, looks_at, DMNEngine(table))


def _checked(name: str, root: _Element) -> tuple[dict[str, FactType], dict[str, tuple[str, ...]]]:
    """The declared facts, and per rule the facts it looks at; refuses whatever the engine would misread or run."""

    def broken(why: str) -> BrokenTable:
        return BrokenTable(f"{name}: {why}")

    if root.tag != f"{{{DMN}}}definitions":
        raise broken("this is not a DMN 1.3 document.")
    facts = _declared(root, broken)
    tables = _all(root, "decision/decisionTable")
    if len(tables) != 1 or len(_all(root, "decision")) != 1:
        raise broken("write one decision with one decision table.")
    if tables[0].get("hitPolicy") != "COLLECT" or tables[0].get("aggregation"):
        raise broken("the hit policy must be COLLECT without aggregation, so that every rule that fits speaks.")
    columns = [_text(column, "inputExpression/text") for column in _all(tables[0], "input")]
    if unknown := [column for column in columns if column not in facts]:
        raise broken(f"a column asks for {unknown[0]!r}, which no inputData declares.")
    if tuple(output.get("name") for output in _all(tables[0], "output")) != OUTPUTS:
        raise broken(f"the outputs must be {', '.join(OUTPUTS)}, in this order.")
    rules = _all(tables[0], "rule")
    ids = [rule.get("id") or "" for rule in rules]
    if not 0 < len(rules) <= RULES_MAX or len(set(ids)) != len(ids) or "" in ids:
        raise broken(f"write 1 to {RULES_MAX:,} rules, each with an id of its own.")
    if nameless := [part for part in _parts(tables[0]) if not part.get("id")]:
        raise broken(f"an element {nameless[0].tag.rpartition('}')[2]} has no id.")
    return facts, {rule.get("id") or "": _looks_at(rule, columns, facts, broken) for rule in rules}


def _declared(root: _Element, broken: Callable[[str], BrokenTable]) -> dict[str, FactType]:
    facts: dict[str, FactType] = {}
    for variable in _all(root, "inputData/variable"):
        fact, kind = variable.get("name") or "", _TYPES.get(variable.get("typeRef") or "")
        if kind is None:
            raise broken(f"the fact {fact!r} must be a boolean, a number or a string.")
        try:
            if term(fact).value is not None:
                raise ValueError(fact)
        except ValueError as error:
            raise broken(f"{fact!r} cannot be the name of a fact.") from error
        facts[fact] = kind
    return facts


def _looks_at(
    rule: _Element, columns: list[str], facts: Mapping[str, FactType], broken: Callable[[str], BrokenTable]
) -> tuple[str, ...]:
    """The facts one rule looks at, in the order of its cells."""
    place = f"rule {rule.get('id')}"
    cells = [_text(entry, "text") for entry in _all(rule, "inputEntry")]
    said = [_text(entry, "text") for entry in _all(rule, "outputEntry")]
    if len(cells) != len(columns) or len(said) != len(OUTPUTS):
        raise broken(f"{place} needs one cell for each column.")
    names: list[str] = []
    for column, text in zip(columns, cells, strict=True):
        try:
            read = cell(text)
        except ValueError as error:
            raise broken(f"{place} cannot read {text!r} in the column {column}.") from error
        kind = facts[column]
        if any(one.type_in(facts) != kind for one in read.terms) or (read.ordered and kind != "number"):
            raise broken(f"{place} compares the column {column}, a {kind}, with something else: {text!r}.")
        if read.terms:
            names += [column, *(one.name for one in read.terms if one.name)]
    for output, text in zip(OUTPUTS, said, strict=True):
        try:
            value = term(text).value
        except ValueError:
            value = None
        if not isinstance(value, str) or (output == "effect" and value not in {"grant", "refuse"}):
            raise broken(f"{place} cannot answer {text!r} in {output}.")
    return tuple(dict.fromkeys(names))


def _all(element: _Element, path: str) -> list[_Element]:
    return element.findall("/".join(f"{{{DMN}}}{step}" for step in path.split("/")))


def _text(element: _Element, path: str) -> str:
    return next((found.text or "" for found in _all(element, path)), "")


def _parts(table: _Element) -> Iterator[_Element]:
    yield from chain([table], _all(table, "input"), _all(table, "output"))
    for rule in _all(table, "rule"):
        yield from chain(_all(rule, "inputEntry"), _all(rule, "outputEntry"))
