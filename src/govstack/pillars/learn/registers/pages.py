"""The pages of records: a list, one record with its history, a form, and a file to take out or put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from govstack.kernel import i18n, ids
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.intake.errors import TooManyFiles
from govstack.pillars.learn.intake.model import Intake
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called_by_id
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.records import service
from govstack.pillars.learn.records.errors import ChangedMeanwhile, IdTaken, Unfit, UnknownRecord
from govstack.pillars.learn.records.model import FIRST, Content, Field, FieldKind, Kind, Record
from govstack.pillars.learn.records.schemas import access_to
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.registers import presenters, schemas
from govstack.pillars.learn.registers.presenters import Named
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.transfer import service as transfer
from govstack.pillars.learn.transfer.schemas import ExportQuery, file_answer, format_of_upload
from govstack.pillars.learn.translations import service as translations
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

PAGE_RECORDS = 50
OPTIONS_MAX = 300

# What fields name that other rooms keep.
NAMED_BY_OTHERS = frozenset({FieldKind.COMPETENCY, FieldKind.SESSION})


class Forms:
    """The form of one kind of record; what else asks for such records says which fields it leaves out, and more."""

    left: frozenset[str] = frozenset()

    def __init__(self, kind: Kind, kinds: Iterable[Kind]) -> None:
        self.kind, self.kinds = kind, tuple(kinds)

    async def _write(self, call: Call, record: Record | None) -> Page | Redirect:
        kind = self.kind
        content = await self._with_people(call, schemas.content_of(call, kind))
        draft = Draft(
            content, schemas.audience_of(call.form), schemas.number_of(call.form) if record else FIRST,
            written_in=schemas.written_in(call.form),
        )  # fmt: skip
        try:
            made = await self._put(call, draft, record)
        except Unfit as problem:
            return await self._form(
                call, content, presenters.faults(kind, problem.fields, Words(call.language)), record
            )
        except (BadId, IdTaken, ChangedMeanwhile) as problem:
            return await self._form(call, content, {"": problem.title}, record)
        again = record is None and made.number > FIRST
        told = _("It was saved. This form had made this before: it was changed now.") if again else _("It was saved.")
        return Redirect(self._after(call, made.id), notice=told)

    async def _put(self, call: Call, draft: Draft, record: Record | None) -> Record:
        """Write what a form says, as a new record or as a change of one; sent again it changes what it made first."""
        record_id = record.id if record else schemas.made_of(call.form)
        return await service.put(call.context, by=call.actor, kind=self.kind, draft=draft, record_id=record_id)

    def _after(self, call: Call, record_id: str) -> str:
        """Return where whoever wrote a record comes to."""
        return f"/{self.kind.plural}/{record_id}"

    def _place(self, call: Call, record: Record | None) -> tuple[str, str]:
        """Return where the form is sent, and where it leads back to."""
        many = f"/{self.kind.plural}"
        return (f"{many}/{record.id}/change", f"{many}/{record.id}") if record else (f"{many}/new", many)

    async def _with_people(self, call: Call, content: Content) -> Content:
        """Return a content with the ids of people who are named by their numbers."""
        fields = [one for one in self.kind.fields if one.kind is FieldKind.PERSON and one.name in content]
        told = [text for one in fields for text in _listed(content[one.name])]
        known = await people.found(call.context, texts=told) if told else {}
        for one in fields:
            ids = [known.get(text, text) for text in _listed(content[one.name])]
            content[one.name] = ids if one.many else ids[0]
        return content

    async def _form(
        self, call: Call, content: Mapping[str, Any], errors: Mapping[str, str], record: Record | None
    ) -> Page:
        kind, words = self.kind, Words(call.language)
        named = await self._named(call, kind, [])
        asked = [one for one in kind.fields if one.name not in self.left]
        pointed = {one.of: await self._options(call, one.of) for one in asked if one.kind is FieldKind.RECORD}
        where, back = self._place(call, record)
        made = "" if record else schemas.made_of(call.form) or ids.new_id()
        values = {
            "kind": kind,
            "record": record,
            "where": where,
            "back": back,
            "heading": presenters.heading(kind, record, words) if record else "",
            "controls": presenters.controls(asked, content, named, pointed),
            "targets": {one.name: (words(one.labels), self._adding(call, one)) for one in self.kinds},
            "audiences": presenters.AUDIENCES if kind.opens else (),
            "audience": call.form.get("audience") or (str(record.audience) if record else "private"),
            "number": call.form.get("number") or (record.number if record else ""),
            "made": made,
            "now": self._after(call, record.id if record else made) if "" in errors else "",
            "languages": list(i18n.NAMES.items()) if kind.translatable else [],
            "spoken": schemas.written_in(call.form) or (record.written_in if record else call.language),
            "errors": errors,
        }
        return framed(call, kind.section, "record_form.html", values)

    def _adding(self, call: Call, target: Kind) -> str:
        """Return where a record of another kind is added, for whoever may."""
        return f"/{target.plural}/new" if target.name != self.kind.name and call.actor.may(target.write) else ""

    async def _options(self, call: Call, kind_name: str) -> Sequence[tuple[str, str]] | None:
        """Return what a field may point at; None where it is asked for by its id.

        That is so where there is too much of it, and where whoever writes may not read what there is.
        """
        target = next((one for one in self.kinds if one.name == kind_name), None)
        if target is None or not service.audiences(target, call.actor):
            return None
        known = await translations.titled(
            call.context, by=call.actor, kind=target, language=call.language, limit=OPTIONS_MAX + 1
        )
        return known if len(known) <= OPTIONS_MAX else None

    async def _named(self, call: Call, kind: Kind, records: Sequence[Record]) -> Named:
        """Return what ids and codes in some records are called in the reader's language.

        What the reader may not read has no name here, and people have none for whoever did not sign in.
        """
        wanted: dict[FieldKind, set[str]] = {}
        for record in records:
            for one in kind.fields:
                if (one.points or one.kind in NAMED_BY_OTHERS) and one.name in record.content:
                    wanted.setdefault(one.kind, set()).update(_listed(record.content[one.name]))
        tree_needed = any(one.kind is FieldKind.ORGANISATION for one in kind.fields)
        people_wanted = wanted.get(FieldKind.PERSON, set()) if call.actor.signed_in else set()
        return Named(
            words=Words(call.language),
            terms=await vocabularies.terms(call.context, vocabularies=kind.vocabularies),
            records=await self._titled(
                call,
                await service.readable_titles(
                    call.context, by=call.actor, kinds=self.kinds, record_ids=sorted(wanted.get(FieldKind.RECORD, ()))
                ),
            ),
            people=await people.people(call.context, person_ids=people_wanted),
            tree=await people.tree(call.context) if tree_needed else Tree({}),
            competencies=called_by_id(
                await frameworks.by_ids(call.context, competency_ids=wanted.get(FieldKind.COMPETENCY, ())),
                call.language,
            ),
            sessions={
                session_id: presenters.session(offering.titles, session.starts, call.language)
                for session_id, (offering, session) in (
                    await offerings.named(call.context, session_ids=wanted.get(FieldKind.SESSION, ()))
                ).items()
            },
            hides=True,
        )

    async def _translated(self, call: Call, kind: Kind, found: Sequence[Record]) -> Sequence[Record]:
        """Return records in the reader's language, as far as they are there in it."""
        return await translations.translated(call.context, found, kind=kind, language=call.language)

    async def _titled(self, call: Call, named: Mapping[str, tuple[str, str]]) -> Mapping[str, tuple[str, str]]:
        by_name = {kind.name: kind for kind in self.kinds}
        return await translations.titles(call.context, named, kinds=by_name, language=call.language)


class Register(Forms):
    """The pages of one kind of record."""

    def __init__(self, kind: Kind, kinds: Iterable[Kind]) -> None:
        super().__init__(kind, kinds)
        self.related = [
            (other, one)
            for other in self.kinds
            for one in other.fields
            if one.kind is FieldKind.RECORD and one.of == kind.name
        ]
        self.routes = Routes(tags=(f"pages of {kind.labels.lower()}",))
        many, one = f"/{kind.plural}", f"/{kind.plural}/{{recordId}}"
        reading = access_to(kind)
        writing, name = needs(kind.write), "".join(part.title() for part in kind.name.split("-"))
        add = self.routes
        add.page(many, access=reading, query=schemas.PageQuery, operation_id=f"{name}ListPage", summary=kind.labels)(
            self.list
        )
        add.page(
            f"{many}/new", access=writing, query=schemas.NewQuery, operation_id=f"{name}NewPage",
            summary=f"Write down: {kind.label}",
        )(self.ask)  # fmt: skip
        add.form(f"{many}/new", access=writing, operation_id=f"{name}NewForm", summary=f"Write down: {kind.label}")(
            self.create
        )
        add.page(f"{many}/file", access=writing, operation_id=f"{name}FilePage", summary=f"Put in: {kind.labels}")(
            self.ask_file
        )
        add.form(
            f"{many}/file", access=writing, operation_id=f"{name}FileForm", summary=f"Put in: {kind.labels}",
            body_bytes_max=transfer.FILE_BYTES_MAX,
        )(self.take_file)  # fmt: skip
        add.page(
            f"{many}/out", access=reading, query=ExportQuery, operation_id=f"{name}OutPage",
            summary=f"Take out: {kind.labels}",
        )(self.export)  # fmt: skip
        add.page(one, access=reading, operation_id=f"{name}Page", summary=kind.label)(self.show)
        add.page(f"{one}/change", access=writing, operation_id=f"{name}ChangePage", summary=f"Change: {kind.label}")(
            self.ask_change
        )
        add.form(f"{one}/change", access=writing, operation_id=f"{name}ChangeForm", summary=f"Change: {kind.label}")(
            self.change
        )
        add.form(
            f"{one}/archive", access=writing, operation_id=f"{name}ArchiveForm",
            summary=f"Take out of use: {kind.label}",
        )(self.archive)  # fmt: skip
        add.form(
            f"{one}/restore", access=writing, operation_id=f"{name}RestoreForm",
            summary=f"Take into use again: {kind.label}",
        )(self.restore)  # fmt: skip
        if kind.personal:
            add.page(
                f"{one}/personal", access=writing, query=ExportQuery, operation_id=f"{name}TakeOutPage",
                summary=f"Take out all that is known of the person: {kind.label}",
            )(self.take_out)  # fmt: skip
            add.form(
                f"{one}/erase", access=writing, operation_id=f"{name}EraseForm",
                summary=f"Erase what is personal: {kind.label}",
            )(self.erase)  # fmt: skip

    async def list(self, call: Call) -> Page:
        """List the records of the kind."""
        kind, asked, words = self.kind, call.query, Words(call.language)
        writes = service.may_write(kind, call.actor)
        found = await service.in_order(
            call.context, by=call.actor, kind=kind, words=asked.q, archived=asked.archived,
            offset=(asked.page - 1) * PAGE_RECORDS, limit=PAGE_RECORDS + 1,
        )  # fmt: skip
        more, shown = len(found) > PAGE_RECORDS, await self._translated(call, kind, found[:PAGE_RECORDS])
        archived = asked.archived and writes
        chosen = {**({"archived": "true"} if archived else {}), **({"q": asked.q} if asked.q else {})}
        values = {
            "kind": kind,
            "headers": presenters.headers(kind, words),
            "rows": presenters.rows(kind, shown, await self._named(call, kind, shown)),
            "q": asked.q,
            "writes": writes,
            "archived": archived,
            "searchable": kind.title not in kind.personal,
            "first": f"/{kind.plural}?{urlencode(chosen)}".rstrip("?") if asked.page > 1 else "",
            "next": f"/{kind.plural}?{urlencode({**chosen, 'page': asked.page + 1})}" if more else "",
        }
        return framed(call, kind.section, "records.html", values)

    async def show(self, call: Call) -> Page:
        """Show a record and what it said before."""
        kind, words, record = self.kind, Words(call.language), await self._record(call)
        writes = service.may_write(kind, call.actor)
        past = (
            await service.history(call.context, by=call.actor, kind=kind, record_id=record.id) if writes else [record]
        )
        named = await self._named(call, kind, past)
        (shown,) = await self._translated(call, kind, [record])
        values = {
            "kind": kind,
            "record": record,
            "heading": presenters.heading(kind, shown, words),
            "summary": presenters.summary(kind, shown, named),
            "translatable": bool(kind.translatable),
            "written_in": shown.tongue(kind.title) or call.language,
            "history": presenters.revisions(kind, past, named) if writes else [],
            "cut": past[-1].number > FIRST if writes else False,
            "audience": dict(presenters.AUDIENCES)[str(record.audience)] if kind.opens else "",
            "writes": writes,
            "related": [await self._pointing(call, *pair, record) for pair in self.related],
        }
        return framed(call, kind.section, "record.html", values)

    async def _pointing(self, call: Call, other: Kind, field: Field, record: Record) -> Mapping[str, Any]:
        """Return what belongs to a record: the records of another kind that point at it."""
        found = await service.pointing(call.context, by=call.actor, kind=other, field=field.name, target_id=record.id)
        shown = await self._translated(call, other, found)
        words = Words(call.language)
        named = await self._named(call, other, found)
        return {
            "kind": other,
            "headers": presenters.headers(other, words),
            "rows": presenters.rows(other, shown, named),
            "writes": service.may_write(other, call.actor) and not record.archived,
        }

    async def ask(self, call: Call) -> Page:
        """Ask what a new record says."""
        first = next((one for one in self.kind.fields if one.kind is FieldKind.RECORD), None)
        content = {first.name: [call.query.to] if first.many else call.query.to} if first and call.query.to else {}
        return await self._form(call, content, {}, None)

    async def ask_change(self, call: Call) -> Page:
        """Ask what a record says now."""
        record = await self._record(call)
        return await self._form(call, record.content, {}, record)

    async def create(self, call: Call) -> Page | Redirect:
        """Write a record down."""
        return await self._write(call, None)

    async def change(self, call: Call) -> Page | Redirect:
        """Change a record."""
        return await self._write(call, await self._record(call))

    async def archive(self, call: Call) -> Redirect:
        """Take a record out of use."""
        record = await self._record(call)
        await service.archive(call.context, by=call.actor, kind=self.kind, record_id=record.id)
        return Redirect(f"/{self.kind.plural}", notice=_("It was taken out of use. Its history stays."))

    async def restore(self, call: Call) -> Page | Redirect:
        """Take a record into use again; what does not fit any more is asked for."""
        record = await self._record(call)
        draft = Draft(record.content, record.audience, record.number, fixed=True, written_in=record.written_in)
        try:
            await service.put(call.context, by=call.actor, kind=self.kind, draft=draft, record_id=record.id)
        except Unfit as problem:
            told = presenters.faults(self.kind, problem.fields, Words(call.language))
            return await self._form(call, record.content, told, record)
        return Redirect(f"/{self.kind.plural}/{record.id}", notice=_("It was taken into use again."))

    async def erase(self, call: Call) -> Redirect:
        """Erase what is personal in a record."""
        record = await self._record(call)
        await service.erase(call.context, by=call.actor, kind=self.kind, record_id=record.id)
        return Redirect(f"/{self.kind.plural}/{record.id}", notice=_("What was personal was erased."))

    async def take_out(self, call: Call) -> Answer:
        """Hand out what a record says and said of a person, and what points at it, without the names of others."""
        kind, record, file = self.kind, await self._record(call), Format(call.query.format)
        past = await service.taken_out(call.context, by=call.actor, kind=kind, record_id=record.id, file=file.value)
        told = presenters.of_person(kind, past, await self._named(call, kind, past))
        for other, field in self.related:
            found = await service.pointing(
                call.context, by=call.actor, kind=other, field=field.name, target_id=record.id
            )
            named = await self._named(call, other, found)
            told += presenters.of_person(other, found, presenters.without_others(named, kind, record.id))
        words = Words(call.language)
        return table_answer(
            f"{kind.name}-{record.id}", file, [words(one) for one in presenters.OF_PERSON], at_once(told)
        )

    async def export(self, call: Call) -> Answer:
        """Hand out the records as a file."""
        file = Format(call.query.format)
        stream = await transfer.export(call.context, by=call.actor, kind=self.kind, file=file)
        return file_answer(self.kind, file, stream)

    async def ask_file(self, call: Call) -> Page:
        """Ask for a file of records."""
        return self._file(call, {}, None)

    async def take_file(self, call: Call) -> Page | Redirect:
        """Take a file's rows in, or only check them, and say what became of each; a large file has a page."""
        words, upload = Words(call.language), call.files.get("file")
        if upload is None or not upload.name or not upload.content:
            return self._file(call, {"file": _("Choose a file that is not empty.")}, None)
        try:
            told = await transfer.take(
                call.context, by=call.actor, kind=self.kind, file=format_of_upload(upload), content=upload.content,
                check_only=call.form.get("act") == "check",
            )  # fmt: skip
        except (BadRequest, TooManyFiles) as problem:
            missing = words.listed(words(self.kind.by_name[name].label) for name in problem.fields)
            text = words.said(problem.detail)
            return self._file(call, {"file": f"{text} ({missing})" if missing else text}, None)
        if isinstance(told, Intake):
            return Redirect(f"/files/{told.id}")
        faults = [(str(one.row), presenters.import_faults(self.kind, one.faults, words)) for one in told.rows]
        checked = call.form.get("act") == "check"
        return self._file(call, {}, {"told": told, "faults": faults, "checked": checked})

    def _file(self, call: Call, errors: Mapping[str, str], outcome: Mapping[str, Any] | None) -> Page:
        words = Words(call.language)
        columns = [(one.name, words(one.label), one.required) for one in self.kind.fields]
        plural = self.kind.plural
        values = {
            "labels": self.kind.labels, "back": f"/{plural}", "here_file": f"/{plural}/file", "columns": columns,
            "errors": errors, "outcome": outcome,
        }  # fmt: skip
        return framed(call, self.kind.section, "rows_file.html", values)

    async def _record(self, call: Call) -> Record:
        try:
            return await service.read(call.context, by=call.actor, kind=self.kind, record_id=call.path["recordId"])
        except UnknownRecord as error:
            raise NotFound from error


def _listed(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [value])]
