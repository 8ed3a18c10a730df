"""A registry as one caller may know it, with an example for each field that gives nobody's data away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govstack.blocks.registries.access.model import Decision
from govstack.blocks.registries.design.model import Field, FieldType, Registry, Service, ServiceState
from govstack.blocks.registries.notation.model import example_of

# How each kind is called, below /data/{registry}/{version}; those without a place of their own are not listed here.
CALLS: dict[str, tuple[str, str]] = {
    "data-list": ("GET", ""),
    "data-read": ("POST", "/read"),
    "data-read-value": ("GET", "/{uuid}/readValue/{field}.{ext}"),
    "data-exists": ("POST", "/exists"),
    "data-create": ("POST", "/create"),
    "data-create-entries": ("POST", "/createEntries"),
    "data-update": ("PUT", "/update"),
    "data-update-entries": ("PUT", "/updateEntries"),
    "data-update-or-create": ("POST", "/updateOrCreate"),
    "data-delete": ("DELETE", "/{id}/delete"),
    "data-schema": ("GET", "/schema"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A version of a registry without what is hidden from the caller, and a record that may serve as an example."""

    registry: Registry
    decision: Decision
    sample: Mapping[str, object]

    @property
    def services(self) -> tuple[Service, ...]:
        """Return the services that are listed and that the caller may use."""
        return tuple(
            one
            for one in self.registry.service_list
            if one.state is ServiceState.VISIBLE and self.decision.may(one.kind)
        )


def may_show_records(registry: Registry) -> bool:
    """Tell whether stored values may serve as examples: never where a registry holds anything about people."""
    return not registry.personal_fields and not registry.secret_fields


def example(fields: tuple[Field, ...], sample: Mapping[str, object]) -> dict[str, object]:
    """Return an example record: declared examples first, then stored values, then made-up ones."""
    shown: dict[str, object] = {}
    for one in fields:
        stored = sample.get(one.name)
        if one.example is None and stored is not None and not one.secret and not one.blinded:
            shown[one.name] = stored
        elif one.type is FieldType.GROUP and one.example is None:
            shown[one.name] = example(one.fields, {})
        else:
            shown[one.name] = example_of(one)
            if one.multiple and not isinstance(shown[one.name], list):
                shown[one.name] = [shown[one.name]]
    return shown


def base(registry: Registry) -> str:
    """Return the address below which a version's services stand."""
    return f"/data/{registry.code}/{registry.version}"


def call_of(service: Service) -> tuple[str, str]:
    """Return the method and the place below `base` of a service, or nothing for one without a place of its own."""
    return ("GET", f"/services/{service.name}") if service.custom else CALLS.get(service.kind.value, ("", ""))
