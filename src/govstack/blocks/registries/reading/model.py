"""Records as callers see them, and what a search asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from govstack.blocks.registries.access.model import Comparison, Condition, Operator
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.contents.model import Unfit, expression_of, fitted, from_text, text_of
from govstack.blocks.registries.design.model import FieldType, Path, Registry, path_of, pointer
from govstack.blocks.registries.fields.model import SCALAR, Field
from govstack.blocks.registries.reading.errors import BadSearch, EmptyQuery
from govstack.kernel.errors import BadRequest

PAGE_RECORDS = 100
PAGE_RECORDS_MAX = 1_000
UNPAGED_RECORDS_MAX = 1_000
OFFSET_MAX = 100_000
COUNT_MAX = 10_000
ORDER_FIELDS_MAX = 5
SEARCH_CHARACTERS_MAX = 500
QUERY_FIELDS_MAX = 100


_NARROW = frozenset({Operator.EQ, Operator.IN})


class Match(StrEnum):
    """How free search looks at text."""

    EXACT = "exact"
    CONTAINS = "contains"
    REGEX = "regex"


@dataclass(frozen=True, slots=True)
class Holds:
    """A comparison that conditions can express."""

    condition: Condition
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class SameJson:
    """A field that holds a list or an object equals this one."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class SameSecret:
    """A secret field equals a value, by its fingerprints."""

    path: Path
    value: object


@dataclass(frozen=True, slots=True)
class Missing:
    """A field has no value."""

    path: Path


@dataclass(frozen=True, slots=True)
class Text:
    """Text stands in one of some fields in any of these spellings, ASCII letters compared without case.

    An exact one is the whole value, letter by letter. Each field counts in the records where it may be seen; a field
    that the caller named must be one it may see.
    """

    paths: tuple[Path, ...]
    spellings: tuple[str, ...]
    exact: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing matches: the query names a field that no record has."""


Term: TypeAlias = Holds | SameJson | SameSecret | Missing | Text | Never


@dataclass(frozen=True, slots=True)
class Order:
    """One field to order by; missing values stand last, in descending order first."""

    path: Path
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that must be found in one of some fields; `named` says that the caller named the field."""

    text: str
    paths: tuple[Path, ...]
    named: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What to list: terms that all hold, a pattern, an order, and a part of the results.

    Without `size` all results are wanted, as far as one answer may hold them. `after` is the number of a record: in the
    order of creation, the results behind it are wanted. `uuids` leave only these records.
    """

    terms: tuple[Term, ...] = ()
    uuid: str = ""
    uuids: tuple[str, ...] = ()
    pattern: Pattern | None = None
    order: tuple[Order, ...] = ()
    newest_first: bool = False
    page: int | None = None
    size: int | None = None
    after: int = 0
    archived: bool = False

    @property
    def used(self) -> tuple[Path, ...]:
        """Return every field that must be visible in a record for the search to look at it."""
        found = [path for term in self.terms for path in paths_of(term)]
        return tuple(dict.fromkeys([*found, *(one.path for one in self.order)]))

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return the texts to look for."""
        return tuple(term for term in self.terms if isinstance(term, Text))

    @property
    def by_creation(self) -> bool:
        """Tell whether results come in the order of creation."""
        return not self.order and not self.newest_first


@dataclass(frozen=True, slots=True)
class Found:
    """A part of the results; `count` is exact unless `count_is_minimum`."""

    records: tuple[Record, ...]
    count: int
    count_is_minimum: bool = False
    more: bool = False


def may_scan(registry: Registry, search: Search) -> bool:
    """Tell whether finding records may take a look at every one: nothing that has an index narrows the search."""
    if search.uuid or search.uuids:
        return False
    fields = registry.by_path
    return not any(
        isinstance(term, Holds)
        and isinstance(term.condition, Comparison)
        and term.condition.operator in _NARROW
        and (one := fields.get(term.condition.path)) is not None
        and one.wants_index
        for term in search.terms
    ) and bool(search.terms or search.pattern or search.order)


def paths_of(term: Term) -> tuple[Path, ...]:
    """Return the fields a term needs to see; free search checks each field on its own."""
    if isinstance(term, Holds):
        return term.paths
    return (term.path,) if isinstance(term, SameJson | SameSecret | Missing) else ()


def query_terms(
    registry: Registry, content: Mapping[str, object], *, numbers_as_text: bool = False
) -> tuple[Term, ...]:
    """Return the terms of a partial record: every field given must be equal, null means that there is no value.

    A field that the schema does not know matches nothing. Raises EmptyQuery, and BadSearch for values of a wrong type.
    """
    if not content:
        raise EmptyQuery
    if len(content) > QUERY_FIELDS_MAX:
        raise BadSearch(f"A query names at most {QUERY_FIELDS_MAX} fields.")
    terms: list[Term] = []
    faults: dict[str, str] = {}
    for name, value in content.items():
        one = registry.by_path.get((name,))
        if one is None:
            terms.append(Never())
            continue
        try:
            terms += _equal(one, (name,), value, numbers_as_text)
        except Unfit as fault:
            faults[name] = str(fault)
    if faults:
        raise BadSearch("; ".join(f"{name} {fault}" for name, fault in faults.items()) + ".", fields=faults)
    return tuple(terms)


def _equal(one: Field, path: Path, value: object, numbers_as_text: bool) -> list[Term]:
    if value is None:
        return [Missing(path)]
    if one.type is FieldType.GROUP and isinstance(value, Mapping) and not one.secret:
        inner: list[Term] = []
        for name, part in value.items():
            below = next((below for below in one.fields if below.name == name), None)
            inner += [Never()] if below is None else _equal(below, (*path, below.name), part, numbers_as_text)
        return inner
    return [_same(one, path, fitted(one, value, numbers_as_text=numbers_as_text))]


def _same(one: Field, path: Path, value: Any) -> Term:
    if one.secret:
        return SameSecret(path, value)
    if one.comparable and one.type in SCALAR:
        return Holds(Comparison(path, Operator.EQ, value), (path,))
    return SameJson(path, text_of(value))


SUFFIXES = {
    "[from]": Operator.GE, "[to]": Operator.LE, "[above]": Operator.GT, "[below]": Operator.LT, "[not]": Operator.NE,
    "[starts]": Operator.PREFIX,
}  # fmt: skip


def field_term(registry: Registry, name: str, text: str) -> Term:
    """Return the term of `query.<name>=<text>`; suffixes of ours ([from], [to], [not], ...) compare otherwise.

    Raises BadSearch for a field that does not exist or a value that does not fit it.
    """
    operator = Operator.EQ
    path = path_of(name)
    if path not in registry.by_path:
        suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), "")
        path = path_of(name.removesuffix(suffix) if suffix else name)
        operator = SUFFIXES.get(suffix, Operator.EQ)
    one = _known(registry, path)
    try:
        value = from_text(one, text)
    except Unfit as fault:
        raise BadSearch(f"{pointer(path)} {fault}.", fields={path[-1]: str(fault)}) from fault
    if operator is Operator.EQ:
        return _same(one, path, value)
    if not one.comparable:
        raise BadSearch(f"{pointer(path)} can only be compared for equality.")
    return Holds(Comparison(path, operator, value), (path,))


def _known(registry: Registry, path: Path) -> Field:
    one = registry.by_path.get(path)
    if one is None:
        raise BadSearch(f"The registry has no field {pointer(path)}.", fields={path[-1]: "is no field of the registry"})
    return one


def text_term(registry: Registry, text: str, *, field_name: str, match: Match | None) -> tuple[Term, ...]:
    """Return the terms of a free search without pattern: exactly in the named field, or within any text (DR-D8)."""
    _refuse_long(text)
    if field_name and match in {None, Match.EXACT}:
        return (field_term(registry, field_name, text),)
    paths = (path_of(field_name),) if field_name else registry.searched_fields
    for path in paths:
        _known(registry, path)
    if match is Match.EXACT:
        return (Text(paths, (text,), exact=True),)
    return (Text(paths, spellings(text), named=bool(field_name)),)


def pattern_of(registry: Registry, text: str, *, field_name: str) -> Pattern:
    """Return the pattern of a search by regular expression; raises BadSearch when it is none."""
    _refuse_long(text)
    try:
        expression_of(text)
    except Unfit as fault:
        raise BadSearch(f"The search {fault}.", fields={"search": str(fault)}) from fault
    if not field_name:
        return Pattern(text, registry.searched_fields)
    path = path_of(field_name)
    if not _known(registry, path).comparable:
        raise BadSearch(f"{pointer(path)} cannot be searched by a pattern.")
    return Pattern(text, (path,), named=True)


def _refuse_long(text: str) -> None:
    if len(text) > SEARCH_CHARACTERS_MAX:
        raise BadSearch(f"A search has at most {SEARCH_CHARACTERS_MAX} characters.")


def spellings(text: str) -> tuple[str, ...]:
    """Return the spellings of a text under which the databases find it.

    They compare ASCII letters without case but no others, so the usual spellings of other scripts are asked for.
    """
    variants = (text, text.lower(), text.upper(), text.title(), text.capitalize())
    return tuple(dict.fromkeys(ascii_lower(one) for one in variants))


def ascii_lower(text: str) -> str:
    """Return text with A to Z as small letters, as both databases do it."""
    return text.translate(_ASCII_LOWER)


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def ordering(registry: Registry, text: str, *, field_name: str) -> tuple[tuple[Order, ...], bool]:
    """Return the order that `ordering` asks for, and whether the newest records come first.

    The words ascending and descending order by the filtered field, else the primary key, else creation (DR-D9). Ours:
    field names, separated by commas, `-` before a name for descending. Raises BadSearch.
    """
    text = text.strip()
    word = text.partition("?")[0].lower()  # a doubled query string ends up in the last value (SD-3)
    if word in {"ascending", "descending", "asc", "desc"}:
        descending = word.startswith("desc")
        key = registry.key_field
        name = field_name or (key.name if key else "")
        if not name:
            return (), descending
        return (Order(_orderable(registry, name), descending),), False
    names = [name for name in text.split(",") if name.strip("-+ ")]
    if len(names) > ORDER_FIELDS_MAX:
        raise BadSearch(f"Order by at most {ORDER_FIELDS_MAX} fields.")
    return tuple(
        Order(_orderable(registry, name.strip().lstrip("+-")), name.strip().startswith("-")) for name in names
    ), False


def _orderable(registry: Registry, name: str) -> Path:
    path = path_of(name)
    if not _known(registry, path).comparable:
        raise BadSearch(f"{pointer(path)} cannot be ordered by.")
    return path


def window(page: int | None, size: int | None) -> tuple[int | None, int | None]:
    """Return the page and size to use; raises BadRequest past the limits. Without both, all results are wanted."""
    if page is None and size is None:
        return None, None
    page, size = page or 1, size or PAGE_RECORDS
    if page < 1 or size < 1:
        raise BadRequest("page and pageSize start at 1.", fields={"page": "must be at least 1"})
    size = min(size, PAGE_RECORDS_MAX)
    if page * size > OFFSET_MAX:
        raise BadRequest(
            f"Pages reach to result {OFFSET_MAX}. Narrow the search, or follow the next links.",
            fields={"page": "is too far"},
        )
    return page, size


def person_named(registry: Registry, terms: tuple[Term, ...]) -> str | None:
    """Return the identifier of the one person that a search asks for, when it does."""
    for term in terms:
        if isinstance(term, Holds) and isinstance(term.condition, Comparison):
            one = term.condition
            if one.path == registry.person_path and one.operator is Operator.EQ:
                return str(one.value)
    return None
