"""Reads digital services from their folders, and decides a case by the service's own rules."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from govstack.kernel.i18n import PLACEHOLDER, _, fill, format_number
from govstack.pillars.sandbox.cases.model import CaseRecords, DigitalService, UnknownService, facts_of
from govstack.pillars.sandbox.country.model import BrokenPack, Country, ServiceSettings, Text
from govstack.pillars.sandbox.country.service import read_yaml, shaped
from govstack.pillars.sandbox.decisions.model import Decision, Fact, Reason
from govstack.pillars.sandbox.decisions.service import Table, decide
from govstack.pillars.sandbox.decisions.service import load as load_table

SERVICES = Path(__file__).parents[3] / "services"


def folder(service_id: str) -> Path:
    """Where the files of a digital service lie; raises UnknownService."""
    known = {found.parent.name: found.parent for found in SERVICES.glob("*/service.yaml")}
    if service_id not in known:
        said = _("There is no digital service {name}. Known: {names}.")
        raise UnknownService(fill(said, {"name": repr(service_id), "names": ", ".join(sorted(known))}))
    return known[service_id]


@lru_cache(maxsize=16)
def load(service_id: str) -> DigitalService:
    """A digital service as its service.yaml describes it; raises UnknownService, BrokenPack."""
    return shaped(read_yaml(folder(service_id) / "service.yaml"), DigitalService, f"services/{service_id}/service.yaml")


def settings_of(country: Country, service_id: str) -> ServiceSettings:
    """What the country decided about a service; raises UnknownService where it does not offer it."""
    if service_id not in country.services:
        raise UnknownService(f"The country pack does not offer {service_id!r}. Add it to its services.")
    return country.services[service_id]


def assess(country: Country, service_id: str, case: CaseRecords, on: date) -> Decision:
    """What the service's rules say about a case on the day `on`; raises FactsMissing, UnknownService."""
    return decide(table_of(service_id), facts_of(load(service_id), case, settings_of(country, service_id), on))


@lru_cache(maxsize=16)
def table_of(service_id: str) -> Table:
    """The rule table of a service, read once; raises UnknownService, BrokenPack, BrokenTable."""
    return load_table(folder(service_id) / load(service_id).decision.rules)


@lru_cache(maxsize=16)
def reason_texts(service_id: str) -> dict[str, Text]:
    """The words behind the reasons of a service, by text key and language."""
    return shaped(
        read_yaml(folder(service_id) / load(service_id).decision.reasons),
        dict[str, Text],
        f"the reasons of services/{service_id}",
    )


def words(reason: Reason, service_id: str, country: Country, language: str) -> str:
    """A reason as a sentence in one language; raises BrokenPack where the service has no words for it."""
    texts = reason_texts(service_id).get(reason.text, {})
    text = texts.get(language) or texts.get(country.languages[0])
    if text is None:
        raise BrokenPack(f"services/{service_id} has no words for the reason {reason.text!r}.")
    values = {**reason.inputs, "currency": country.currency.code}
    if unknown := set(PLACEHOLDER.findall(text)) - values.keys():
        raise BrokenPack(
            f"The words of {reason.text!r} ask for {', '.join(sorted(unknown))}, which its rule does not see."
        )
    return PLACEHOLDER.sub(lambda place: _said(values[place.group(1)], language), text)


def _said(value: Fact, language: str) -> str:
    return value if isinstance(value, str) else format_number(language, value)
