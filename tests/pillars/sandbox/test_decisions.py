"""The rules of the cash transfer decide as published, say why, and no table can run code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import SpiffWorkflow.dmn.parser
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from govstack.kernel.i18n import PLACEHOLDER
from govstack.pillars.sandbox.cases.model import (
    CaseRecords,
    DigitalService,
    UnknownService,
    age_years,
    facts_of,
    functional_id,
    verify,
)
from govstack.pillars.sandbox.cases.model import Record as CaseRecord
from govstack.pillars.sandbox.cases.service import (
    assess,
    folder,
    load,
    reason_texts,
    settings_of,
    table_of,
    words,
)
from govstack.pillars.sandbox.country.model import BrokenPack, Country
from govstack.pillars.sandbox.country.service import load as load_country
from govstack.pillars.sandbox.decisions.model import (
    CELL_CHARACTERS_MAX,
    BrokenTable,
    Fact,
    FactsMissing,
    Reason,
    cell,
)
from govstack.pillars.sandbox.decisions.service import Table, decide, parse
from govstack.pillars.sandbox.decisions.service import load as load_table
from govstack.pillars.sandbox.people.service import records

ON = date(2026, 2, 1)
PEOPLE = 300
SEED = 1
PERSONAS = [persona.key for persona in load_country().personas]
LINES = {
    "adultAge": 18,
    "pensionAge": 65,
    "largeHousehold": 6,
    "povertyLine": 400,
    "largeHouseholdLine": 480,
    "childSupportLine": 600,
}
AMOUNTS = st.decimals(0, 5_000, places=2)
CASES = st.fixed_dictionaries(
    {
        "resident": st.booleans(),
        "age": st.integers(0, 110),
        "householdSize": st.integers(1, 12),
        "incomePerHead": AMOUNTS,
        "children": st.integers(0, 8),
        "hasDisability": st.booleans(),
        "hasOlderPerson": st.booleans(),
        "basicIncomeRegion": st.booleans(),
        **{name: st.just(value) for name, value in LINES.items()},
    }
)
# Texts that Python would run or look into. None may be read as a cell.
HOSTILE = [
    "__import__('os').getpid()",
    '__import__("os").getpid()',
    "().__class__.__bases__[0].__subclasses__()",
    '"".__class__.__mro__',
    "age.__class__",
    "(lambda: 1)()",
    "[x for x in (1,)]",
    "open('/etc/hostname').read()",
    "exec('1')",
    "1 if True else 2",
    "age := 5",
    "{}['a']",
    "9**9**9",
    'f"{1}"',
    "not(__import__('os'))",
    "> __import__('os').getpid()",
    "? == 1",
    '"what?"',
    '"it\'s"',
    "5 or 1",
    "5;6",
    "",
    "é" * 3,
    "-" * 2,
    "1" * (CELL_CHARACTERS_MAX + 1),
]


@pytest.fixture(scope="module")
def country() -> Country:
    return load_country()


@pytest.fixture(scope="module")
def service() -> DigitalService:
    return load("usct")


@pytest.fixture(scope="module")
def table() -> Table:
    return table_of("usct")


@pytest.fixture(scope="module")
def cases(country: Country) -> dict[str, CaseRecords]:
    households: dict[object, list[CaseRecord]] = defaultdict(list)
    incomes: dict[object, list[CaseRecord]] = defaultdict(list)
    for record in records(country, "population", PEOPLE, SEED):
        households[record["householdId"]].append(record)
    for record in records(country, "income", PEOPLE, SEED):
        incomes[record["personalIdCode"]].append(record)
    everybody = [applicant for household in households.values() for applicant in household]
    return {
        str(applicant["personalIdCode"]): CaseRecords(
            applicant,
            household,
            [income for member in household for income in incomes[member["personalIdCode"]]],
            [other for other in everybody if identity(other) == identity(applicant)],
        )
        for household in households.values()
        for applicant in household
    }


def identity(person: CaseRecord) -> tuple[object, ...]:
    return (person["firstName"], person["lastName"], person["dateOfBirth"])


def facts(**changes: Fact | None) -> dict[str, Fact | None]:
    """A poor adult of a small household without children, outside the regions of the basic income."""
    usual: dict[str, Fact | None] = {
        "resident": True,
        "age": 40,
        "householdSize": 2,
        "incomePerHead": Decimal(300),
        "children": 0,
        "hasDisability": False,
        "hasOlderPerson": False,
        "basicIncomeRegion": False,
        **LINES,
    }
    return usual | changes


def dmn(
    *, cell_text: str = "&gt; 5", package: str = '"TPA"', column: str = "age", more: str = "", hit: str = "COLLECT"
) -> bytes:
    """A table of one column and one rule."""
    return f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
      <inputData id="i1" name="age"><variable name="age" typeRef="number"/></inputData>
      <inputData id="i2" name="resident"><variable name="resident" typeRef="boolean"/></inputData>
      <decision id="e" name="e"><decisionTable id="t" hitPolicy="{hit}">
        <input id="a"><inputExpression id="x"><text>{column}</text></inputExpression></input>
        <output id="o1" name="package"/><output id="o2" name="effect"/><output id="o3" name="reason"/>
        <rule id="R1"><inputEntry id="c"><text>{cell_text}</text></inputEntry>
          <outputEntry id="p"><text>{package}</text></outputEntry>
          <outputEntry id="q"><text>"grant"</text></outputEntry>
          <outputEntry id="r"><text>"why"</text></outputEntry></rule>{more}
      </decisionTable></decision></definitions>""".encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- what the rules say ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("USCT-5")
@pytest.mark.parametrize("key", [persona.key for persona in load_country().people])
def test_known_people_get_the_published_packages(country: Country, cases: dict[str, CaseRecords], key: str) -> None:
    persona = next(persona for persona in country.people if persona.key == key)

    decision = assess(country, "usct", cases[persona.id], ON)

    assert set(decision.packages) == set(persona.packages)
    assert decision.outcome == ("ELIGIBLE" if persona.packages else "NOT_ELIGIBLE")


@pytest.mark.requirement("USCT-4", "G2")
@pytest.mark.parametrize("key", PERSONAS)
def test_known_people_are_verified_or_not_as_the_pack_says(
    country: Country, service: DigitalService, cases: dict[str, CaseRecords], key: str
) -> None:
    persona = next(persona for persona in country.personas if persona.key == key)

    assert verify(service, cases[persona.id]).state == persona.verification


@pytest.mark.requirement("USCT-5", "G2")
def test_somebody_who_moved_away_is_told_so(country: Country, cases: dict[str, CaseRecords]) -> None:
    petra = next(persona for persona in country.others if persona.residence)

    decision = assess(country, "usct", cases[petra.id], ON)

    assert [reason.text for reason in decision.reasons] == ["not-resident"]


@pytest.mark.requirement("USCT-5")
def test_every_package_that_fits_is_granted_at_once(table: Table) -> None:
    decision = decide(table, facts(children=2, hasDisability=True, basicIncomeRegion=True))

    assert decision.packages == ("TPA", "UBI", "SP", "CFS")


@pytest.mark.requirement("USCT-5")
def test_a_refusal_says_which_rule_and_which_facts(table: Table) -> None:
    decision = decide(table, facts(incomePerHead=Decimal("400.01")))

    assert decision.outcome == "NOT_ELIGIBLE"
    assert decision.reasons[0] == Reason(
        rule="R03",
        text="income-above-line",
        inputs={
            "resident": True,
            "age": 40,
            "adultAge": 18,
            "householdSize": 2,
            "largeHousehold": 6,
            "incomePerHead": Decimal("400.01"),
            "povertyLine": 400,
        },
        package="TPA",
        effect="refuse",
    )


@pytest.mark.requirement("USCT-5")
@pytest.mark.parametrize(
    ("changes", "packages"),
    [
        ({"incomePerHead": Decimal(400)}, ("TPA",)),
        ({"incomePerHead": Decimal("400.01")}, ()),
        ({"incomePerHead": Decimal(480), "householdSize": 6}, ("TPA",)),
        ({"incomePerHead": Decimal("480.01"), "householdSize": 6}, ()),
        ({"incomePerHead": Decimal(480), "householdSize": 5}, ()),
        ({"incomePerHead": Decimal(9_000), "basicIncomeRegion": True}, ("UBI",)),
        ({"incomePerHead": Decimal(9_000), "age": 65}, ("SP",)),
        ({"incomePerHead": Decimal(9_000), "age": 64}, ()),
        ({"incomePerHead": Decimal(9_000), "hasDisability": True}, ("SP",)),
        ({"hasOlderPerson": True}, ("TPA", "SP")),
        ({"incomePerHead": Decimal(500), "hasOlderPerson": True}, ()),
        ({"incomePerHead": Decimal(600), "children": 1}, ("CFS",)),
        ({"incomePerHead": Decimal("600.01"), "children": 1}, ()),
        ({"age": 18}, ("TPA",)),
        ({"age": 17, "children": 2}, ()),
        ({"resident": False, "age": 70, "children": 2, "basicIncomeRegion": True}, ()),
    ],
)
def test_each_limit_lies_where_the_table_says(
    table: Table, changes: dict[str, Fact | None], packages: tuple[str, ...]
) -> None:
    assert decide(table, facts(**changes)).packages == packages


@pytest.mark.requirement("USCT-5")
@given(case=CASES)
@settings(max_examples=60)
def test_the_same_facts_always_give_the_same_decision(case: dict[str, Fact | None]) -> None:
    assert decide(table_of("usct"), case) == decide(table_of("usct"), dict(reversed(case.items())))


@pytest.mark.requirement("USCT-5")
@given(case=CASES, less=AMOUNTS)
@settings(max_examples=120)
def test_less_income_never_takes_a_package_away(case: dict[str, Fact | None], less: Decimal) -> None:
    income = case["incomePerHead"]
    assert isinstance(income, Decimal)

    before = decide(table_of("usct"), case)
    after = decide(table_of("usct"), {**case, "incomePerHead": min(income, less)})

    assert set(before.packages) <= set(after.packages)


@pytest.mark.requirement("USCT-5")
@given(case=CASES)
@settings(max_examples=120)
def test_every_package_is_granted_or_refused_by_exactly_one_rule(case: dict[str, Fact | None]) -> None:
    decision = decide(table_of("usct"), case)
    packages = [package.code for package in load("usct").packages]

    spoken = sorted(reason.package for reason in decision.reasons)

    assert spoken in (sorted(packages), ["*"])


@pytest.mark.requirement("USCT-5")
@given(case=CASES)
@settings(max_examples=40)
def test_every_reason_has_words_in_every_language(case: dict[str, Fact | None]) -> None:
    country = load_country()

    said = [
        words(reason, "usct", country, language)
        for reason in decide(table_of("usct"), case).reasons
        for language in country.languages
    ]

    assert all(said)
    assert not any(PLACEHOLDER.search(text) for text in said)


def test_a_reason_without_words_is_refused_not_shown_empty(country: Country) -> None:
    with pytest.raises(BrokenPack, match="no-such-words"):
        words(Reason("R99", "no-such-words", {}, "TPA", "grant"), "usct", country, "en")


# --- missing facts --------------------------------------------------------------------------------------------------


@pytest.mark.requirement("USCT-5")
@pytest.mark.parametrize("name", ["incomePerHead", "resident", "povertyLine"])
def test_a_missing_fact_is_asked_for_by_name(table: Table, name: str) -> None:
    with pytest.raises(FactsMissing) as refused:
        decide(table, facts(**{name: None}))

    assert refused.value.fields == {name: "is missing"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "40"),
        ("age", True),
        ("age", float("nan")),
        ("age", float("inf")),
        ("age", Decimal("sNaN")),
        ("age", 10**400),
        ("resident", "yes"),
        ("resident", 1),
    ],
)
def test_a_fact_of_the_wrong_type_is_refused(table: Table, name: str, value: Fact) -> None:
    with pytest.raises(FactsMissing, match=name):
        decide(table, facts(**{name: value}))


# --- no table runs code ---------------------------------------------------------------------------------------------


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenTable, match=r"lost\.dmn"):
        load_table(tmp_path / "lost.dmn")


def test_a_plain_table_decides() -> None:
    decision = decide(parse(dmn(), name="plain"), {"age": 6, "resident": True})

    assert decision.packages == ("TPA",)


def test_the_library_alone_would_run_code_from_a_table() -> None:
    assert PythonScriptEngine().environment.evaluate("__import__('os').sep", {}) == "/"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_cannot_hold_code(text: str) -> None:
    with pytest.raises(BrokenTable, match="R1"):
        parse(dmn(cell_text=escaped(text)), name="hostile")


@pytest.mark.parametrize("text", [*HOSTILE, "age", "5", "true"])
def test_an_answer_is_a_text_and_never_code(text: str) -> None:
    with pytest.raises(BrokenTable, match="R1"):
        parse(dmn(package=escaped(text)), name="hostile")


@pytest.mark.parametrize("text", [*HOSTILE, "unknown", "5"])
def test_a_column_asks_for_a_declared_fact_and_never_code(text: str) -> None:
    with pytest.raises(BrokenTable, match="a column asks for"):
        parse(dmn(column=escaped(text)), name="hostile")


def test_a_name_cannot_reach_what_lies_beside_the_facts() -> None:
    with pytest.raises(BrokenTable):
        parse(dmn(cell_text="__builtins__"), name="hostile")


@pytest.mark.parametrize(
    "document",
    [
        dmn(hit="UNIQUE"),
        dmn(hit='COLLECT" aggregation="SUM'),
        dmn(cell_text="&gt; true"),
        dmn(cell_text='"five"'),
        dmn(cell_text="resident"),
        dmn(column="resident", cell_text="&gt; 1"),
        dmn(more='<rule id="R1"/>'),
        dmn(more='<rule id="R2"/>'),
        dmn().replace(b'<output id="o2" name="effect"/>', b""),
        dmn().replace(b'"grant"', b'"perhaps"'),
        dmn().replace(b' id="c"', b""),
        dmn().replace(b'typeRef="number"', b'typeRef="date"'),
        dmn().replace(b"20191111", b"20151101"),
        dmn().replace(b"decisionTable", b"literalExpression"),
        b"<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + dmn(cell_text="&e;"),
        b"not xml",
        b"<a/>",
    ],
)
def test_a_table_the_engine_would_misread_is_refused(document: bytes) -> None:
    with pytest.raises(BrokenTable):
        parse(document, name="broken")


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("-", 5, True),
        ("5", 5, True),
        ("5.0", 5, True),
        ("-5", 5, False),
        ("other", 7, True),
        ("<= other", 7, True),
        ("< other", 7, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("(1..5]", 1, False),
        ("]1..5[", 3, True),
        ("[other..9]", 7, True),
        ("1, 2, [7..9]", 8, True),
        ("1, 2, [7..9]", 3, False),
        ("not(1, 2)", 3, True),
        ("not(1, 2)", 2, False),
        ("true", True, True),
        ("false", True, False),
        ('"a, b"', "a, b", True),
        ('"a", "b"', "b", True),
        ('not("a")', "a", False),
        (">= 0.5", Decimal("0.5"), True),
    ],
)
def test_cells_mean_what_the_standard_says(text: str, value: Fact, holds: bool) -> None:
    assert cell(text).test(value, {"other": 7}) is holds


def test_the_rule_table_is_valid_by_the_schema_of_the_standard() -> None:
    schemas = Path(SpiffWorkflow.dmn.parser.__file__).parent / "schema"
    schema = etree.XMLSchema(etree.parse(schemas / "DMN13.xsd"))

    document = etree.parse(folder("usct") / "rules" / "eligibility.dmn")

    assert schema.validate(document), schema.error_log


# --- from records to facts ------------------------------------------------------------------------------------------


@pytest.mark.requirement("USCT-5")
def test_facts_follow_from_the_records(
    country: Country, service: DigitalService, cases: dict[str, CaseRecords]
) -> None:
    liam = next(persona for persona in country.people if persona.key == "liam-anderson")

    found = facts_of(service, cases[liam.id], settings_of(country, "usct"), ON)

    assert {name: found[name] for name in found.keys() - LINES.keys() - {"childAge"}} == {
        "resident": True,
        "age": 48,
        "householdSize": 5,
        "incomePerHead": Decimal("160.00"),  # (7,200 + 2,400) / 12 / 5
        "children": 2,
        "hasDisability": False,
        "hasOlderPerson": True,
        "basicIncomeRegion": True,
    }


def test_the_applicant_is_no_older_person_to_care_for(country: Country, service: DigitalService) -> None:
    alone: CaseRecord = {"personalIdCode": "1", "dateOfBirth": "1950-01-01", "lifeStatus": "alive"}

    found = facts_of(service, CaseRecords(alone, [alone], []), settings_of(country, "usct"), ON)

    assert found["hasOlderPerson"] is False


@pytest.mark.requirement("USCT-5")
@pytest.mark.parametrize("missing", ["dateOfBirth", "residence", "hasDisability", "region"])
def test_a_record_that_does_not_tell_is_refused_not_guessed(
    country: Country, cases: dict[str, CaseRecords], missing: str
) -> None:
    case = cases[country.people[0].id]
    applicant = {name: value for name, value in case.applicant.items() if name != missing}

    with pytest.raises(FactsMissing):
        assess(country, "usct", CaseRecords(applicant, case.household, case.incomes), ON)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [("2008-02-02", ON, 17), ("2008-02-01", ON, 18), ("2004-02-29", date(2022, 2, 28), 17), ("not a day", ON, None)],
)
def test_an_age_counts_whole_years(born: str, on: date, age: int | None) -> None:
    assert age_years(born, on) == age


@pytest.mark.requirement("USCT-4")
@pytest.mark.parametrize(
    ("person", "income", "failed"),
    [
        ({"lifeStatus": "deceased"}, {}, "alive"),
        ({}, {"holderName": "Jon Doe"}, "same-name"),
        ({"lastName": "Roe"}, {}, "same-name"),
    ],
)
def test_a_disagreement_between_registries_is_a_mismatch(
    country: Country,
    service: DigitalService,
    cases: dict[str, CaseRecords],
    person: dict[str, str],
    income: dict[str, str],
    failed: str,
) -> None:
    case = cases[country.people[0].id]

    found = verify(service, CaseRecords({**case.applicant, **person}, case.household, [{**case.incomes[0], **income}]))

    assert found.state == "MISMATCH"
    assert [finding.code for finding in found.findings if not finding.held] == [failed]


@pytest.mark.requirement("USCT-4")
def test_two_income_records_of_one_year_are_a_mismatch(
    country: Country, service: DigitalService, cases: dict[str, CaseRecords]
) -> None:
    case = cases[country.people[0].id]

    found = verify(service, CaseRecords(case.applicant, case.household, [case.incomes[0], case.incomes[0]]))

    assert [finding.code for finding in found.findings if not finding.held] == ["one-record-a-year"]


@pytest.mark.requirement("USCT-4")
def test_somebody_registered_twice_is_found(
    country: Country, service: DigitalService, cases: dict[str, CaseRecords]
) -> None:
    twice = [persona.id for persona in country.others if persona.key.startswith("hugo-pereira")]

    failed = [[f.code for f in verify(service, cases[own]).findings if not f.held] for own in twice]

    assert failed == [["no-duplicate"], ["no-duplicate"]]


@pytest.mark.requirement("USCT-6")
def test_the_functional_id_joins_person_programme_and_package(country: Country) -> None:
    assert functional_id("48201937652", settings_of(country, "usct"), "TPA") == "48201937652066283TPA"


# --- the service as data --------------------------------------------------------------------------------------------


def texts(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "en" in value:
            yield value
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


@pytest.mark.requirement("G5", "G9")
def test_every_text_of_the_service_is_there_in_every_language(country: Country) -> None:
    incomplete = [
        f"{file.name}: {text}"
        for file in sorted(folder("usct").rglob("*.yaml"))
        for text in texts(yaml.safe_load(file.read_text(encoding="utf-8")))
        if set(text) != set(country.languages) or not all(text.values())
    ]

    assert incomplete == []


@pytest.mark.requirement("G5")
def test_translations_ask_for_the_same_values(country: Country) -> None:
    uneven = [
        text["en"]
        for file in sorted(folder("usct").rglob("*.yaml"))
        for text in texts(yaml.safe_load(file.read_text(encoding="utf-8")))
        if len({frozenset(PLACEHOLDER.findall(part)) for part in text.values()}) != 1
    ]

    assert uneven == []


@pytest.mark.requirement("G9")
def test_the_service_has_the_thirteen_steps_of_the_script(service: DigitalService) -> None:
    assert [step.id for step in service.steps] == [f"USCT-{number}" for number in range(1, 14)]


@pytest.mark.requirement("USCT-3", "USCT-4", "USCT-5", "USCT-6")
def test_consent_and_the_officers_part_are_delivered(service: DigitalService) -> None:
    assert [step.id for step in service.steps if step.delivered] == ["USCT-3", "USCT-4", "USCT-5", "USCT-6"]


def test_every_step_is_done_by_a_known_actor_and_leads_to_known_states(service: DigitalService) -> None:
    actors = {actor.code for actor in service.actors}
    states = set(service.states["candidate"])
    changes = {state for change in service.transitions for state in (change.before, change.after)}

    assert {step.actor for step in service.steps} <= actors
    assert {state for step in service.steps for state in step.leads_to} | changes == states


def test_forms_and_messages_of_the_steps_exist(service: DigitalService) -> None:
    forms = {yaml.safe_load((folder("usct") / form).read_text(encoding="utf-8"))["code"] for form in service.forms}
    messages = yaml.safe_load((folder("usct") / service.messages).read_text(encoding="utf-8"))

    assert {step.form for step in service.steps if step.form} == forms
    assert {step.message for step in service.steps if step.message} <= messages.keys()


@pytest.mark.requirement("G5")
def test_every_call_finds_its_registry_and_fields_in_the_pack(country: Country, service: DigitalService) -> None:
    roles = settings_of(country, "usct").registries
    calls = [call for step in service.steps for call in step.calls] + list(service.citizen_page.calls)

    lost = [
        f"{call.registry}.{name}"
        for call in calls
        for name in (*call.by, *call.fields)
        if name not in {field.name for field in country.registry(roles[call.registry]).fields}
    ]

    assert lost == []
    assert set(roles) == set(service.registries)


@pytest.mark.requirement("USCT-4", "USCT-5", "USCT-6")
def test_the_officers_desk_holds_a_right_for_each_of_its_calls_and_no_more(
    country: Country, service: DigitalService
) -> None:
    own = settings_of(country, "usct")
    granted = {
        (offered.registry, operation)
        for member in country.members
        for application in member.applications
        for offered in application.services
        for right in offered.rights
        if (right.member, right.application) == (own.caller.member, own.caller.application)
        for operation in right.operations
        if offered.registry in own.registries.values()
    }
    called = {(own.registries[call.registry], call.operation) for step in service.steps for call in step.calls}

    assert called == granted


@pytest.mark.requirement("USCT-READ")
def test_the_citizen_page_asks_every_registry_of_the_service_who_read(service: DigitalService) -> None:
    asked = {call.registry for call in service.citizen_page.calls if call.operation == "DPU"}

    assert asked == set(service.registries)


@pytest.mark.requirement("G10")
def test_a_search_for_candidates_never_reads_income_or_health(service: DigitalService) -> None:
    searches = [call for step in service.steps for call in step.calls if "lastName" in call.by]

    assert searches
    assert all({"annualIncome", "hasDisability", "phoneNumber"}.isdisjoint(call.fields) for call in searches)


def test_every_reason_of_the_table_has_words_and_no_words_are_left_over(country: Country) -> None:
    document = etree.parse(folder("usct") / "rules" / "eligibility.dmn")
    answers = document.iterfind(".//{*}outputEntry[3]/{*}text")

    assert {(answer.text or "").strip('"') for answer in answers} == set(reason_texts("usct"))


@pytest.mark.requirement("USCT-5", "G5")
def test_packages_carry_amounts_and_no_currency_of_their_own(service: DigitalService) -> None:
    amounts = {package.code: Decimal(package.amount) for package in service.packages}
    said = (folder("usct") / "service.yaml").read_text(encoding="utf-8")

    assert amounts == {"TPA": 900, "UBI": Decimal("1234.5"), "SP": 750, "CFS": 500}
    assert not re.search(r"\b(?:EUR|USD|XTS)\b", said)


def test_an_unknown_service_is_refused() -> None:
    with pytest.raises(UnknownService, match="no-such-service"):
        load("no-such-service")
