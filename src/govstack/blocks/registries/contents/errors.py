"""Refusals of what somebody wants to write into a record."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.errors import BadRequest

NAMED_FIELDS_MAX = 20


class InvalidContent(BadRequest):
    """The content does not fit the schema of the registry; `fields` says for each field what it needs."""

    code = "invalid-content"
    title = "The record does not fit the schema of the registry."

    def __init__(self, faults: Mapping[str, str]) -> None:
        shown = dict(list(faults.items())[:NAMED_FIELDS_MAX])
        super().__init__("; ".join(f"{name} {fault}" for name, fault in shown.items()) + ".", fields=shown)
