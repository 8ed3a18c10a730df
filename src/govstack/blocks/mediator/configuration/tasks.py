"""The work behind a change of the configuration, and the records that published clients ask for."""

from __future__ import annotations

from pathlib import Path

import msgspec
import yaml

from govstack.blocks.mediator.configuration import service
from govstack.blocks.mediator.configuration.errors import ConfigurationInvalid
from govstack.blocks.mediator.configuration.schemas import IMconf, parsed
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.jobs import Job

JOB = service.JOB
RECORDS = Path(__file__).parent.parent / "seeds" / "conformance.yaml"
ATTEMPTS_MAX = service.ATTEMPTS_MAX


async def carry_out_change(context: Context, job: Job) -> None:
    """Carry out the change that a job names."""
    change_id = str(job.payload["change"])
    text = await service.document(context, change_id=change_id)
    if not text:
        return
    try:
        described = parsed(msgspec.json.decode(text, type=IMconf))
    except (msgspec.MsgspecError, ConfigurationInvalid):
        await service.abandon(context, change_id=change_id, problem=ConfigurationInvalid())
        return
    await service.carry_out(context, change_id=change_id, described=described, attempt=job.attempt)


async def seed_published_records(context: Context) -> None:
    """Let the directory hold the published records and nothing else; repeating it leaves the same state."""
    documents = msgspec.convert(yaml.safe_load(RECORDS.read_text(encoding="utf-8")), list[IMconf])
    configurations = [parsed(document) for document in documents]
    await service.install(context, by=Actor.system("published records"), configurations=configurations)
