"""The records of needs and assets (F3): what there is to build on, and strengths and weaknesses of an organisation."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.records.model import Field, FieldKind, Kind

SECTION = "needs"

ASSET = Kind(
    name="asset",
    plural="assets",
    label=_("Asset"),
    labels=_("Assets"),
    lead=_(
        "Courses, trainers, centres, materials, budgets and technology that there are already: reuse before building."
    ),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("type", _("Type"), FieldKind.TERM, of="asset-type", required=True, listed=True),
        Field("organisation", _("Organisation"), FieldKind.ORGANISATION, listed=True),
        Field("owner", _("Owner"), required=True, listed=True),
        Field("licence", _("Licence"), FieldKind.TERM, of="licence", required=True),
        Field("language", _("Language"), FieldKind.TERM, of="language", required=True, listed=True),
        Field("format", _("Format"), FieldKind.TERM, of="material-format", required=True),
        Field("reviewed", _("Last reviewed on"), FieldKind.DATE, required=True, listed=True),
        Field("address", _("Address"), FieldKind.URL),
        Field(
            "competencies",
            _("Competencies that it serves"),
            FieldKind.COMPETENCY,
            many=True,
            hint=_("Codes such as E.7."),
        ),
        Field("level", _("Up to which level"), FieldKind.WHOLE, most=20),
        Field("about", _("What it is"), FieldKind.LONG),
    ),
)
SWOT = Kind(
    name="swot-entry",
    plural="swot-entries",
    label=_("Strength, weakness, opportunity or threat"),
    labels=_("Strengths, weaknesses, opportunities, threats"),
    lead=_("Where an organisation stands. Each entry leads to the gap, asset, risk or action that it is about."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="statement",
    fields=(
        Field("organisation", _("Organisation"), FieldKind.ORGANISATION, required=True, listed=True),
        Field("quadrant", _("Part"), FieldKind.TERM, of="swot-quadrant", required=True, listed=True),
        Field("statement", _("What it is"), required=True),
        Field("competency", _("Gap: code of the competency"), FieldKind.COMPETENCY),
        Field("asset", _("Asset"), FieldKind.RECORD, of="asset"),
        Field("risk", _("Risk")),
        Field("action", _("Action")),
    ),
    judge=lambda content: (
        {}
        if any(content.get(name) for name in ("competency", "asset", "risk", "action"))
        else {"competency": _("Name the gap, asset, risk or action that this is about.")}
    ),
)
KINDS = (ASSET, SWOT)
