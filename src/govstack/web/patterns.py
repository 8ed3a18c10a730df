"""Sample values for the page of patterns, which shows every component in every state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from govstack.kernel import i18n
from govstack.kernel.i18n import translate
from govstack.web.answers import Page
from govstack.web.charts import Bars, Figure, HeatMap, Lines, Sparkline, StackedBars
from govstack.web.sequence import Arrow, Diagram, Participant

FOLDER = Path(__file__).parent
MOMENT = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


def patterns_page(language: str) -> Page:
    """Return the page of patterns with invented people and numbers."""
    i18n.register(FOLDER)
    return Page(
        "patterns.html",
        {
            "moment": MOMENT,
            "people": 1_204,
            "sample": _sample(language),
            "sample_errors": _errors(language),
            "figures": {**_charts(language), "sequence": _diagram(language), "no_messages": _empty_diagram(language)},
        },
    )


def _errors(language: str) -> dict[str, str]:
    return {
        "email": translate(language, "Enter an email address, such as name@example.org"),
        "contact": translate(language, "Choose how we can reach you"),
        "consent": translate(language, "Agree, or stop the application"),
        "birth": translate(language, "Date of birth must be a real date"),
    }


def _sample(language: str) -> dict[str, object]:
    accepted, closed = translate(language, "Accepted"), translate(language, "Closed")
    waiting = translate(language, "Waiting")

    def member(name: str, code: str, state: tuple[str, str], messages: int, days: int) -> list[object]:
        since = i18n.format_date(language, MOMENT - timedelta(days=days), "medium")
        view = {"text": translate(language, "View"), "href": "#lists"}
        status = {"status": state[0], "state": state[1]}
        return [name, {"code": code}, status, {"number": messages}, since, view]

    return {
        "name": "Amina Wanjiru Otieno",
        "districts": [("north", translate(language, "North")), ("south", translate(language, "South"))],
        "members": [
            member("Civil Registry", "DEMO/GOV/7001", (accepted, "good"), 48_210, 400),
            member("Health Insurance Fund", "DEMO/GOV/7002", (waiting, "wait"), 0, 3),
            member("Savannah Bank", "DEMO/COM/9104", (closed, "off"), 1_204, 700),
        ],
        "events": [
            (translate(language, "The member was accepted."), MOMENT, "Amina Wanjiru Otieno"),
            (translate(language, "Application sent"), MOMENT - timedelta(hours=30), ""),
        ],
        "document": {
            "id": "7001",
            "name": "Amina Wanjiru Otieno",
            "amount": {"value": "1250.50", "currency": "KES"},
            "approved": True,
            "household": ["7002", "7003"],
        },
    }


def _charts(language: str) -> dict[str, Figure]:
    north, south, coast = translate(language, "North"), translate(language, "South"), translate(language, "Coast")
    met, partly, missing = translate(language, "Met"), translate(language, "Partly met"), translate(language, "Missing")
    days = [MOMENT.date() - timedelta(days=13 - day) for day in range(14)]
    sent = [310, 295, 342, 388, 401, 190, 172, 420, 455, 431, 468, 490, 236, 318]
    refused = [12, 9, 14, 30, 22, None, 8, 19, 17, 15, 12, 11, 6, 9]
    blocks = [
        translate(language, "Identity"),
        translate(language, "Payments"),
        translate(language, "Consent"),
        translate(language, "Messaging"),
    ]
    return {
        "bars": Bars(
            "payments-by-district",
            translate(language, "Payments by district"),
            [(north, 18_240), (south, 12_911), (coast, 7_350), (translate(language, "Not known"), 120)],
            description=translate(language, "Number of payments in November 2026"),
        ),
        "stacked": StackedBars(
            "requirements-by-block",
            translate(language, "Requirements by building block"),
            [met, partly, missing],
            [(blocks[0], (42, 6, 3)), (blocks[1], (35, 12, 9)), (blocks[2], (28, 2, 0)), (blocks[3], (14, 9, 12))],
        ),
        "lines": Lines(
            "messages-by-day",
            translate(language, "Messages by day"),
            [translate(language, "Accepted"), translate(language, "Refused")],
            [
                (i18n.format_date(language, day, "medium"), (sent[index], refused[index]))
                for index, day in enumerate(days)
            ],
            label_header=translate(language, "Day"),
        ),
        "spark": Sparkline("messages-by-hour", translate(language, "Messages by hour"), sent),
        "heat": HeatMap(
            "calls-between-blocks",
            translate(language, "Calls between building blocks"),
            blocks,
            [
                (blocks[0], (None, 120, 45, 8)),
                (blocks[1], (310, None, 96, 44)),
                (blocks[2], (77, 0, None, 15)),
                (blocks[3], (12, 5, 230, None)),
            ],
            description=translate(language, "Rows call columns; the numbers are calls in one hour"),
        ),
        "empty": Bars("nothing-yet", translate(language, "Payments by agent"), []),
    }


def _participants(language: str) -> list[Participant]:
    return [
        Participant("portal", translate(language, "Citizen portal")),
        Participant("mediator", translate(language, "Information mediator")),
        Participant("registry", translate(language, "Digital registries")),
        Participant("consent", translate(language, "Consent")),
        Participant("payments", translate(language, "Payments")),
    ]


def _diagram(language: str) -> Diagram:
    def at(seconds: float) -> datetime:
        return MOMENT + timedelta(seconds=seconds)

    link = "#sequence"
    return Diagram(
        "cash-transfer-messages",
        translate(language, "Messages of one cash transfer"),
        _participants(language),
        [
            Arrow("portal", "mediator", "POST /r1/registrations", "accepted", 200, 3.4, at(0), link),
            Arrow("mediator", "registry", "GET /v1/records/7001", "accepted", 200, 1.9, at(1), link),
            Arrow("mediator", "consent", "POST /consents/check", "refused", 403, 2.2, at(2), link),
            Arrow("portal", "consent", "POST /consents", "accepted", 201, 14, at(9), link),
            Arrow("mediator", "payments", "POST /bulk-payments", "failed", 504, 5_000, at(12), link),
            Arrow("payments", "payments", "retry bulk-payments", "accepted", "", 40, at(20), ""),
            Arrow("payments", "registry", "GET /v1/account-mapper/finAddress/7001", "accepted", 200, 6, at(21), link),
            Arrow("payments", "mediator", "POST /r1/registrations/7001/paid", "accepted", 200, 9, at(22), link),
        ],
        description=translate(language, "Each arrow is a call; choose one to see what was sent and why it ended so"),
    )


def _empty_diagram(language: str) -> Diagram:
    title = translate(language, "Messages of a service that has not started")
    return Diagram("no-messages", title, _participants(language), [])
