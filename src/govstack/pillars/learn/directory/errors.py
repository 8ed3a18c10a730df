"""Refusals of files of people and organisations."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class ColumnsOfPeople(BadRequest):
    """The first row does not name the columns by which people are told apart and called."""

    code = "columns-of-people"
    title = _("The first row must name the column name, and number or id.")


class ColumnsOfOrganisations(BadRequest):
    """The first row does not name the columns that organisations need."""

    code = "columns-of-organisations"
    title = _("The first row must name the column id, and names.en or another language.")


class EntryRefused(BadRequest):
    """A person or an organisation was not entered; `fields` says what is wrong, by column."""

    code = "entry-refused"
    title = _("Some fields do not fit.")


class NoSuchOrganisation(NotFound):
    """There is no such organisation."""

    code = "no-such-organisation"
    title = _("There is no organisation with this id.")
