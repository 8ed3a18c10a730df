"""What the desk asks of the registers of other ministries, in its own words, through the mediator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.mediation import Reply
from govstack.pillars.sandbox.cases.model import Record
from govstack.pillars.sandbox.country.model import Country, ServiceSettings
from govstack.pillars.sandbox.desk.model import Enrolment

PAGE_SIZE = 50
FORBIDDEN, CONSENT_MISSING = 403, "consent-missing"


class Registers:
    """The registers of one digital service as one officer asks them."""

    def __init__(
        self, context: Context, country: Country, settings: ServiceSettings, *, officer: Actor, purpose: str
    ) -> None:
        self._context = context
        self._country = country
        self._settings = settings
        self._officer = officer
        self._purpose = purpose

    async def person(self, person_field: str, person_id: str) -> Record | None:
        """Return the record of a person in the population register, or nothing."""
        body = {"query": {"content": {person_field: person_id}}}
        reply = await self._call("POST", "people", "/read", body=body)
        if reply.status == 404:
            return None
        return _record(reply.expect(200).json()["content"])

    async def people(self, **wanted: str) -> list[Record]:
        """Return the people of the population register whose fields have these values."""
        return await self._list("people", wanted)

    async def incomes(self, person_field: str, person_id: str, *, year: int) -> list[Record] | None:
        """Return a person's records in the income register for one year; None when the person does not agree."""
        reply = await self._listed("incomes", {person_field: person_id, "taxYear": str(year)})
        if reply.status == FORBIDDEN and reply.json().get("code") == CONSENT_MISSING:
            return None
        return _records(reply)

    async def enrolments(self, household_id: str) -> list[Enrolment]:
        """Return what the beneficiary register holds of a household."""
        records = await self._list("enrolments", {"householdId": household_id})
        return [
            Enrolment(
                str(record.get("functionalId", "")),
                str(record.get("personalIdCode", "")),
                str(record.get("packageCode", "")),
                str(record.get("state", "")),
            )
            for record in records
        ]

    async def is_enrolled(self, functional_id: str) -> bool:
        """Tell whether the beneficiary register knows a functional id."""
        body = {"query": {"content": {"functionalId": functional_id}}}
        reply = await self._call("POST", "enrolments", "/exists", body=body)
        return bool(reply.expect(200).json()["answer"]["status"])

    async def enrol(self, enrolment: Mapping[str, object]) -> None:
        """Write an enrolment into the beneficiary register; raises Conflict when it is there already."""
        key = f"enrol-{enrolment['functionalId']}"
        body = {"write": {"content": dict(enrolment)}}
        reply = await self._call(
            "POST",
            "enrolments",
            "/create",
            body=body,
            headers={"idempotency-key": self._context.keys.fingerprint("enrolment", key)},
        )
        reply.expect(200)

    async def _list(self, registry: str, wanted: Mapping[str, str]) -> list[Record]:
        return _records(await self._listed(registry, wanted))

    async def _listed(self, registry: str, wanted: Mapping[str, str]) -> Reply:
        query = {f"query.{name}": value for name, value in wanted.items()}
        return await self._call("GET", registry, "", query={**query, "page": "1", "pageSize": str(PAGE_SIZE)})

    async def _call(self, method: str, registry: str, operation: str, **sent: Any) -> Reply:
        definition = self._country.registry(self._settings.registries[registry])
        member = self._country.member(definition.member)
        service = f"{member.member_class}/{member.code}/{definition.application}/{definition.service}"
        caller = self._settings.caller
        # The owner of a register gives its key to whom it lets read the secret fields (DRS-18).
        key = self._context.keys.secret_text(f"registry-key/{definition.code}")
        headers = {"registry-key": key, **sent.pop("headers", {})}
        return await self._context.mediation.call(
            method,
            service,
            f"/{definition.code}/{definition.version}{operation}",
            application=f"{caller.member}/{caller.application}",
            user=self._officer.id,
            purpose=self._purpose,
            headers=headers,
            **sent,
        )


def household_ids(household: Sequence[Record], person_field: str) -> list[str]:
    """Return the ids of the people of a household."""
    return [str(member[person_field]) for member in household if person_field in member]


def _records(reply: Reply) -> list[Record]:
    return [_record(found) for found in reply.expect(200).json()["results"]]


def _record(content: Mapping[str, Any]) -> Record:
    return dict(content)
