"""Pages on which a country changes the words that it chooses from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from govstack.kernel import i18n
from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import ADMINISTER, is_id
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.lists import presenters, service
from govstack.pillars.learn.lists.model import Entry, Field, Shape, given
from govstack.pillars.learn.lists.presenters import Places
from govstack.pillars.learn.records.model import FieldKind, Kind
from govstack.web.answers import Page, Redirect

KEEPS = needs(ADMINISTER)
# A word may be called "new": what adds one has an address of its own.
ONE, WORD, ADD = "/lists/{listId}", "/lists/{listId}/{wordId}", "/add-word/{listId}"
NO_ID = _("Write an id of small letters, digits, dots and hyphens that no other word of this list has.")
NO_ADDRESS = _("Write the address of a page (https), or nothing.")


def routes_of(kinds: Iterable[Kind]) -> Routes:
    """Return the pages of lists; `kinds` of records tell where the words of vocabularies are chosen."""
    pages = _Lists(
        service.used_in(
            (one.of, kind.label, one.label) for kind in kinds for one in kind.fields if one.kind is FieldKind.TERM
        )
    )
    made = Routes(tags=("pages of lists of words",))
    made.page("/lists", access=KEEPS, operation_id="listsPage")(pages.index)
    made.page(ONE, access=KEEPS, operation_id="wordsPage")(pages.words)
    made.page(ADD, access=KEEPS, operation_id="newWordPage")(pages.ask_new)
    made.form(ADD, access=KEEPS, operation_id="newWordForm")(pages.add)
    made.page(WORD, access=KEEPS, operation_id="wordPage")(pages.ask)
    made.form(WORD, access=KEEPS, operation_id="wordForm")(pages.change)
    return made


class _Lists:
    """The pages of all lists."""

    def __init__(self, places: Places) -> None:
        self._places = places

    async def index(self, call: Call) -> Page:
        """Show which lists of words there are."""
        rows = presenters.index(await service.lists(call.context), self._places, Words(call.language))
        return framed(call, "lists", "lists.html", {"rows": rows})

    async def words(self, call: Call) -> Page:
        """Show the words of a list, and where they are chosen."""
        words, known = Words(call.language), await service.one_list(call.context, list_id=call.path["listId"])
        name = known.id.removeprefix(service.WORDS)
        values = {
            "heading": presenters.called(known, self._places, words),
            "add": f"/add-word/{known.id}",
            "rows": presenters.entries(known.id, await known.entries(call.context), words),
            "places": [(words(kind), words(field)) for kind, field in self._places.get(name, ())],
        }
        return framed(call, "lists", "list.html", values)

    async def ask_new(self, call: Call) -> Page:
        """Ask for a new word."""
        return await self._form(call, None, {})

    async def add(self, call: Call) -> Page | Redirect:
        """Add a word to a list."""
        known, word_id = (
            await service.one_list(call.context, list_id=call.path["listId"]),
            call.form.get("id", "").strip(),
        )
        taken = {one.id for one in await known.entries(call.context)}
        if not is_id(word_id) or word_id in taken:
            return await self._form(call, None, {"id": NO_ID})
        return await self._put(call, None, word_id)

    async def ask(self, call: Call) -> Page:
        """Ask what is changed of a word."""
        return await self._form(call, await self._word(call), {})

    async def change(self, call: Call) -> Page | Redirect:
        """Change a word of a list, or offer it no longer."""
        before = await self._word(call)
        return await self._put(call, before, before.id)

    async def _word(self, call: Call) -> Entry:
        known = await service.one_list(call.context, list_id=call.path["listId"])
        return await service.one_word(call.context, known, word_id=call.path["wordId"])

    async def _put(self, call: Call, before: Entry | None, word_id: str) -> Page | Redirect:
        known = await service.one_list(call.context, list_id=call.path["listId"])
        fields = await known.fields(call.context, call.language)
        values, errors = given(fields, call.form, _tongues(before))
        if errors:
            return await self._form(call, before, errors)
        try:
            await known.put(call.context, by=call.actor, word_id=word_id, values=values)
        except msgspec.ValidationError:
            # Lengths and choices were checked: what is left is an id or an address that cannot be written so.
            address = next((name for name in ("url", "reference", "source") if values.get(name)), "")
            return await self._form(call, before, {address: NO_ADDRESS} if address else {"id": NO_ID})
        except (BadRequest, Conflict) as problem:
            first = "id" if before is None else _drawn(fields[0], _tongues(before))
            return await self._form(call, before, problem.fields or {first: problem.title})
        return Redirect(f"/lists/{known.id}", notice=_("It was saved."))

    async def _form(self, call: Call, before: Entry | None, errors: Mapping[str, str]) -> Page:
        words, known = Words(call.language), await service.one_list(call.context, list_id=call.path["listId"])
        fields, tongues = await known.fields(call.context, call.language), _tongues(before)
        held = presenters.filled(fields, before, tongues) if before else {"active": "yes", "credit": "yes"}
        values = {
            "heading": presenters.called(known, self._places, words),
            "back": f"/lists/{known.id}",
            "here": f"/lists/{known.id}/{before.id}" if before else f"/add-word/{known.id}",
            "before": before,
            "fields": [(one, [(code, words(label)) for code, label in one.options]) for one in fields],
            "tongues": [(one, i18n.language_name(one)) for one in tongues],
            "values": dict(call.form) if errors else held,
            "errors": dict(errors),
        }
        return framed(call, "lists", "word_form.html", values, status=400 if errors else 200)


def _drawn(field: Field, tongues: list[str]) -> str:
    """Return the name that a field, or the first line of one in several languages, bears in a form."""
    return f"{field.name}.{tongues[0]}" if field.shape in (Shape.TEXTS, Shape.LONG_TEXTS) else field.name


def _tongues(before: Entry | None) -> list[str]:
    """Return the languages that a form asks for: those of this product, and further ones that a word has."""
    return list(dict.fromkeys([*i18n.LANGUAGES, *(before.texts if before else ())]))
