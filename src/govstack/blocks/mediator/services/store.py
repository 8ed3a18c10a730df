"""Rows of services and endpoints as their registration writes them."""

from __future__ import annotations

from dataclasses import asdict

from govstack.blocks.mediator.directory.model import Document, Endpoint, Service
from govstack.kernel.db import Transaction, queries

SQL = queries(__file__)
_JOINED = ("instance", "member_class", "member_code", "application_code", "endpoints")
_FIXED = ("application_id", "code", "type", "registered_by", "registered_at")


async def insert(tx: Transaction, service: Service, document: Document) -> None:
    """Add a service with its document and endpoints."""
    columns = {name: value for name, value in asdict(service).items() if name not in _JOINED}
    await SQL.insert_service(tx, **columns, document=document.text, document_format=document.format)
    await _write_endpoints(tx, service)


async def update(tx: Transaction, service: Service) -> None:
    """Write everything about a service but its identity, document and endpoints."""
    columns = {name: value for name, value in asdict(service).items() if name not in (*_JOINED, *_FIXED)}
    await SQL.update_service(tx, **columns)


async def replace_document(tx: Transaction, service: Service, document: Document) -> int:
    """Write another document and its endpoints; return how many rights went with endpoints that are gone."""
    await SQL.update_document(tx, id=service.id, document=document.text, document_format=document.format)
    await SQL.delete_endpoints(tx, service_id=service.id)
    await _write_endpoints(tx, service)
    return int(await SQL.delete_orphaned_rights(tx, service_id=service.id))


async def switch_endpoint(tx: Transaction, service_id: str, endpoint: Endpoint) -> None:
    """Switch an endpoint on or off."""
    await SQL.switch_endpoint(
        tx, service_id=service_id, method=endpoint.method, path=endpoint.path, enabled=endpoint.enabled
    )


async def delete(tx: Transaction, service_id: str) -> None:
    """Remove a service with its endpoints, rights and requests."""
    await SQL.delete_service(tx, id=service_id)


async def _write_endpoints(tx: Transaction, service: Service) -> None:
    batch = [{"service_id": service.id, **asdict(endpoint)} for endpoint in service.endpoints]
    if batch:
        await SQL.insert_endpoint(tx, batch)
