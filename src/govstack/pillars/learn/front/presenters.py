"""What the first pages and the tours show."""

from __future__ import annotations

from urllib.parse import quote

from govstack.kernel.actor import Actor
from govstack.pillars.learn.frame.presenters import Words, grouped
from govstack.pillars.learn.front.model import LEADS, ROLES, TOURS, Tour, TourName

Card = tuple[str, str, str]


def ways(by: Actor, words: Words, *, leads: bool) -> list[tuple[str, list[Card]]]:
    """Return what there is to do next, by what somebody is here as; nothing for who did not sign in.

    `leads` tells whether anybody reports to them.
    """
    if not by.signed_in:
        return []
    return [
        (words(role.label), [(words(way.label), way.path, words(way.text)) for way in role.ways])
        for role in ROLES
        if (leads if role.scope == LEADS else not role.scope or by.may(role.scope))
    ]


def to_do(words: Words, *, proposals: int, charters: int) -> list[tuple[str, str]]:
    """Return what waits for a decision of whoever looks, with where that is."""
    found = []
    if proposals:
        told = words.count("{count} proposal waits for you", "{count} proposals wait for you", proposals)
        found.append((told, "/waiting-proposals"))
    if charters:
        told = words.count("{count} charter waits for a decision", "{count} charters wait for a decision", charters)
        found.append((told, "/waiting-charters"))
    return found


def tours(words: Words) -> list[Card]:
    """Return the tours to choose from."""
    return [(words(tour.label), f"/tour/{name.value}", words(tour.lead)) for name, tour in TOURS.items()]


def pages(by: Actor, words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all sections that somebody can make use of, by group."""
    return [
        (words(group.label), [(words(label), path) for _name, label, path, _scope in sections])
        for group, sections in grouped(by)
    ]


def steps(name: TourName, tour: Tour, at: int, words: Words) -> list[tuple[str, str, str]]:
    """Return the steps of a tour, with how far somebody has come."""
    states = {True: "done", False: "todo"}
    return [
        (words(way.label), "current" if number == at else states[number < at], f"/tour/{name.value}?step={number}")
        for number, way in enumerate(tour.steps, start=1)
    ]


def sign_in(name: TourName, at: int, mount: str) -> str:
    """Return where somebody signs in and comes back to the same step."""
    return f"/session/start?to={quote(f'{mount}/tour/{name.value}?step={at}', safe='/')}"
