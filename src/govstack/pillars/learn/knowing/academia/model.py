"""The records of academic partnership (F24): topics, what comes out of them, and what programmes of study teach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind

SECTION = "expertise"
PROPOSED, CLAIMED, FINISHED = "proposed", "claimed", "finished"
CLAIMANT_NEEDED = _("Say who took the topic.")
INFORMED = ("programme", "measure", "roadmap")
INFORMS_NEEDED = _("Name the programme, the measure or the step of the roadmap that this informs.")


def _claimed(content: Mapping[str, Any]) -> Mapping[str, str]:
    taken = content["state"] in {CLAIMED, FINISHED}
    return {"claimedBy": CLAIMANT_NEEDED} if taken and not content.get("claimedBy") else {}


TOPIC = Kind(
    name="topic",
    plural="topics",
    label=_("Topic of research"),
    labels=_("Topics of research"),
    lead=_("Questions that programmes ask, for students and their supervisors to take."),
    section=SECTION,
    write=ADVISE,
    title="topic",
    opens=True,
    journey=Journey("claim", _("Take this topic"), when=lambda content: content["state"] == PROPOSED),
    judge=_claimed,
    fields=(
        Field("topic", _("Topic"), required=True),
        Field("proposedBy", _("Proposed by"), required=True, listed=True),
        Field("degree", _("Degree"), FieldKind.TERM, of="degree", required=True, listed=True),
        Field("question", _("Question"), FieldKind.LONG, required=True),
        Field("state", _("State"), FieldKind.TERM, of="topic-state", required=True, listed=True),
        Field("claimedBy", _("Taken by"), personal=True),
        Field("supervisor", _("University and supervisor")),
        Field("ethics", _("Ethics: what was decided"), FieldKind.LONG, required=True),
    ),
)
OUTPUT = Kind(
    name="research-output",
    plural="research-outputs",
    label=_("Output of research"),
    labels=_("Outputs of research"),
    lead=_("What came out of a topic, open to all, and what it informs."),
    section=SECTION,
    write=ADVISE,
    title="title",
    opens=True,
    judge=lambda content: {} if any(content.get(one) for one in INFORMED) else {"roadmap": INFORMS_NEEDED},
    fields=(
        Field("topic", _("Topic"), FieldKind.RECORD, of="topic", required=True),
        Field("title", _("Title"), required=True),
        Field("address", _("Open-access address"), FieldKind.URL, required=True),
        Field("on", _("Published on"), FieldKind.DATE, required=True, listed=True),
        Field("programme", _("Programme that it informs"), FieldKind.RECORD, of="programme", listed=True),
        Field(
            "measure",
            _("Measure of a programme's action plan that it informs"),
            FieldKind.RECORD,
            of="measure",
            listed=True,
        ),
        Field("roadmap", _("Step of the roadmap that it informs"), listed=True),
        Field("finding", _("What was found"), FieldKind.LONG),
    ),
)
OUTCOME = Kind(
    name="study-outcome",
    plural="study-outcomes",
    label=_("Outcome of a programme of study"),
    labels=_("Curriculum map"),
    lead=_("Which competencies a programme of study teaches, and at which level of qualification."),
    section=SECTION,
    write=ADVISE,
    title="outcome",
    opens=True,
    fields=(
        Field("study", _("Programme of study"), required=True, listed=True),
        Field("institution", _("Institution"), required=True, listed=True),
        Field("outcome", _("Outcome"), required=True),
        Field(
            "competencies",
            _("Competencies"),
            FieldKind.COMPETENCY,
            many=True,
            required=True,
            listed=True,
            hint=_("Codes such as E.7."),
        ),
        Field(
            "eqf",
            _("Level of qualification (EQF), 1 to 8"),
            FieldKind.WHOLE,
            least=1,
            most=8,
            required=True,
            listed=True,
        ),
    ),
)
KINDS = (TOPIC, OUTPUT, OUTCOME)
