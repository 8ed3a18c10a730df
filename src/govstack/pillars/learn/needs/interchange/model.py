"""A framework as a package of CASE 1.1, and back, without losing an id, a text, the order or a relation.

What CASE has no place for stands in `extensions.govstack`; what other systems say and we have no place for is kept in
`extra` and goes out again as it came.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from govstack.pillars.learn.needs.frameworks.model import (
    Competency,
    Framework,
    Kind,
    Relation,
    RelationKind,
    Scale,
)
from govstack.pillars.learn.needs.interchange.errors import NoPackage

OWN = "govstack"
CHILD = "isChildOf"
_PLACED = frozenset({"CFDocument", "CFItems", "CFAssociations"})
EPOCH = "2026-01-01T00:00:00+00:00"
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_TYPES = {
    RelationKind.EXACT: "exactMatchOf", RelationKind.BROADER: "isPartOf", RelationKind.NARROWER: "isPartOf",
    RelationKind.RELATED: "isRelatedTo", RelationKind.PEER: "isPeerOf", RelationKind.PRECEDES: "precedes",
    RelationKind.REPLACED_BY: "replacedBy", RelationKind.EXEMPLAR: "exemplar",
    RelationKind.SKILL_LEVEL: "hasSkillLevel", RelationKind.TRANSLATION: "isTranslationOf",
}  # fmt: skip
_KINDS: dict[str, RelationKind] = {name: kind for kind, name in _TYPES.items() if kind is not RelationKind.NARROWER}
# What the other end of a relation calls it.
_TURNED = {
    RelationKind.BROADER: RelationKind.NARROWER, RelationKind.EXACT: RelationKind.EXACT,
    RelationKind.RELATED: RelationKind.RELATED, RelationKind.PEER: RelationKind.PEER,
}  # fmt: skip

Json = dict[str, Any]


def identifier_of(own_id: str) -> str:
    """Return the identifier of an id in CASE: itself when it is one, else one that always follows from it."""
    return own_id if _UUID.fullmatch(own_id) else str(uuid.uuid5(uuid.NAMESPACE_URL, f"govstack:{own_id}"))


@dataclass(slots=True)
class Kept:
    """What another system said of a framework as a whole and that goes out again as it came."""

    document: Json = field(default_factory=dict)
    associations: dict[str, Json] = field(default_factory=dict)
    others: list[Json] = field(default_factory=list)
    package: Json = field(default_factory=dict)

    @classmethod
    def of(cls, extra: str) -> Kept:
        """Return what a framework keeps."""
        return msgspec.json.decode(extra, type=cls) if extra else cls()

    def text(self) -> str:
        """Return it as a framework keeps it; nothing for nothing."""
        return msgspec.json.encode(self, order="deterministic").decode() if self != Kept() else ""


def package_of(framework: Framework, scales: Mapping[str, Scale]) -> Json:
    """Return a framework as a CASE package; scales that it uses go along."""
    kept = Kept.of(framework.extra)
    used = {one.scale_id for one in framework.competencies if one.scale_id}
    document = {
        "identifier": identifier_of(framework.id), "uri": _uri(identifier_of(framework.id)),
        "creator": framework.source or OWN, "lastChangeDateTime": EPOCH, **kept.document,
        "title": _main(framework.titles), "version": framework.version,
        "extensions": {**kept.document.get("extensions", {}), OWN: {
            "id": framework.id, "family": framework.family, "titles": framework.titles,
            "descriptions": framework.descriptions, "source": framework.source, "licence": framework.licence,
            "ours": framework.ours, "scales": [_plain(scales[one]) for one in sorted(used)],
        }},
    }  # fmt: skip
    items = [_item(one) for one in framework.competencies]
    by_id = {one.id: item for one, item in zip(framework.competencies, items, strict=True)}
    return {
        "CFDocument": document, "CFItems": items,
        "CFAssociations": [
            *_children(framework, by_id, kept), *(_association(one, by_id, kept) for one in framework.relations),
            *kept.others,
        ],
        **kept.package,
    }  # fmt: skip


def _item(one: Competency) -> Json:
    kept: Json = msgspec.json.decode(one.extra) if one.extra else {}
    identifier = identifier_of(one.id)
    own = {
        "id": one.id, "titles": one.titles, "descriptions": one.descriptions, "kind": str(one.kind),
        "scaleId": one.scale_id, "levels": list(one.levels), "descriptors": one.descriptors,
        "groups": list(one.groups),
    }  # fmt: skip
    return {
        "identifier": identifier, "uri": _uri(identifier), "lastChangeDateTime": EPOCH, **kept,
        "fullStatement": _main(one.titles), "humanCodingScheme": one.code,
        "extensions": {**kept.get("extensions", {}), OWN: own},
    }  # fmt: skip


def _children(framework: Framework, by_id: Mapping[str, Json], kept: Kept) -> Iterable[Json]:
    document = {"identifier": identifier_of(framework.id), "uri": _uri(identifier_of(framework.id))}
    places: dict[str, int] = {}
    for one in framework.competencies:
        place = places[one.parent_id] = places.get(one.parent_id, 0) + 1
        parent = _node(by_id[one.parent_id]) if one.parent_id else {"title": _main(framework.titles), **document}
        known = kept.associations.get(f"{one.id} {CHILD}", {})
        ends = {"originNodeURI": _node(by_id[one.id]), "destinationNodeURI": parent}
        fresh = _fresh(f"{one.id} {CHILD} {one.parent_id}")
        yield {**fresh, **known, "associationType": CHILD, **ends, "sequenceNumber": place}


def _association(one: Relation, by_id: Mapping[str, Json], kept: Kept) -> Json:
    key = f"{one.from_id} {one.kind} {one.to_id}"
    ends = [_node(by_id[one.from_id]), _node(by_id[one.to_id]) if one.to_id in by_id else _elsewhere(one.to_id)]
    if one.kind is RelationKind.NARROWER:
        ends.reverse()
    own = {"fromId": one.from_id, "toId": one.to_id, "kind": str(one.kind)}
    made = {
        **_fresh(key), "associationType": _TYPES[one.kind], "originNodeURI": ends[0], "destinationNodeURI": ends[1],
        "extensions": {OWN: own},
    }  # fmt: skip
    known = kept.associations.get(key)
    return {**made, **known, "extensions": {**known.get("extensions", {}), OWN: own}} if known else made


def _fresh(key: str) -> Json:
    identifier = identifier_of(f"association {key}")
    return {"identifier": identifier, "uri": _uri(identifier), "lastChangeDateTime": EPOCH}


def _node(item: Json) -> Json:
    return {"title": item["fullStatement"], "identifier": item["identifier"], "uri": item["uri"]}


def _elsewhere(address: str) -> Json:
    identifier = identifier_of(address)
    return {"title": address, "identifier": identifier, "uri": address if "://" in address else _uri(identifier)}


def _uri(identifier: str) -> str:
    return f"urn:uuid:{identifier}"


def _main(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def _plain(scale: Scale) -> Json:
    return msgspec.json.decode(msgspec.json.encode(scale), type=dict[str, Any])


def framework_of(package: Json, *, scale_id: str) -> tuple[Framework, list[Scale]]:
    """Return the framework of a package, and the scales that came along; raises NoPackage.

    Competencies of systems that know no levels get the scale that the caller names.
    """
    try:
        return _framework_of(package, scale_id)
    except (KeyError, TypeError, ValueError, AttributeError, msgspec.ValidationError) as error:
        raise NoPackage from error


def _framework_of(package: Json, scale_id: str) -> tuple[Framework, list[Scale]]:
    document, items = dict(package["CFDocument"]), list(package["CFItems"])
    associations = list(package.get("CFAssociations", ()))
    own = document.get("extensions", {}).get(OWN, {})
    language = str(document.get("language", "en"))[:2].lower() or "en"
    ids = {item["identifier"]: item.get("extensions", {}).get(OWN, {}).get("id", item["identifier"]) for item in items}
    kept = Kept(
        document=_document(document, own),
        package={name: value for name, value in package.items() if name not in _PLACED},
    )  # fmt: skip
    parents, places = _tree(associations, ids, kept)
    relations = _relations(associations, ids, kept)
    made = {
        item["identifier"]: _competency(item, ids, parents, scale_id, language) for item in items
    }  # fmt: skip
    order = [item["identifier"] for item in items]
    if not all(OWN in item.get("extensions", {}) for item in items):
        order = _walked(order, parents, places)
    framework = Framework(
        id=own.get("id", document["identifier"]), family=own.get("family", ""), version=document.get("version", ""),
        titles=own.get("titles") or {language: document["title"]},
        descriptions=own.get("descriptions", {}),
        source=own.get("source", document.get("creator", "")), licence=own.get("licence", ""),
        ours=bool(own.get("ours", False)), competencies=tuple(made[one] for one in order), relations=tuple(relations),
        extra=kept.text(),
    )  # fmt: skip
    scales = msgspec.convert(own.get("scales", []), list[Scale])
    return msgspec.convert(msgspec.to_builtins(framework), Framework), scales


def _document(told: Json, own: Json) -> Json:
    """Return what another system said of the document; nothing for one that we made ourselves."""
    rest = _rest(told, ("title", "version"))
    identifier = identifier_of(own.get("id", ""))
    plain = {"identifier": identifier, "uri": _uri(identifier), "lastChangeDateTime": EPOCH}
    return {} if own and rest == {**plain, "creator": own.get("source") or OWN} else rest


def _rest(told: Json, placed: Sequence[str]) -> Json:
    """Return what we have no place for of what another system said."""
    rest = {name: value for name, value in told.items() if name not in placed}
    extensions = {name: value for name, value in rest.pop("extensions", {}).items() if name != OWN}
    return {**rest, "extensions": extensions} if extensions else rest


def _competency(
    item: Json, ids: Mapping[str, str], parents: Mapping[str, str], scale_id: str, language: str
) -> Competency:
    own = item.get("extensions", {}).get(OWN, {})
    identifier = item["identifier"]
    holds = identifier in parents.values()
    kind = Kind(own.get("kind", "heading" if holds else "skill"))
    titles = dict(own.get("titles", {}))
    statement = str(item["fullStatement"])
    if not titles or _main(titles) != statement:
        titles[language] = statement
    rest = _rest(item, ("fullStatement", "humanCodingScheme"))
    plain = {"identifier": identifier_of(ids[identifier]), "uri": _uri(identifier), "lastChangeDateTime": EPOCH}
    return Competency(
        id=ids[identifier], code=str(item.get("humanCodingScheme") or ""), titles=titles,
        descriptions=own.get("descriptions", {}), kind=kind, parent_id=ids.get(parents.get(identifier, ""), ""),
        scale_id=own.get("scaleId", "" if kind is Kind.HEADING else scale_id), levels=tuple(own.get("levels", ())),
        descriptors=own.get("descriptors", {}), groups=tuple(own.get("groups", ())),
        extra="" if rest == plain else msgspec.json.encode(rest, order="deterministic").decode(),
    )  # fmt: skip


def _tree(associations: Sequence[Json], ids: Mapping[str, str], kept: Kept) -> tuple[dict[str, str], dict[str, float]]:
    """Return the parent of each item and its place among its siblings; what a second parent says is kept as it is."""
    parents: dict[str, str] = {}
    places: dict[str, float] = {}
    for one in associations:
        if one["associationType"] != CHILD:
            continue
        origin, destination = one["originNodeURI"]["identifier"], one["destinationNodeURI"]["identifier"]
        if origin not in ids or origin in places:
            kept.others.append(one)
            continue
        places[origin] = float(one.get("sequenceNumber", len(places) + 1))
        if destination in ids:
            parents[origin] = destination
        _keep(kept, f"{ids[origin]} {CHILD}", one, f"{ids[origin]} {CHILD} {ids.get(destination, '')}")
    return parents, places


def _keep(kept: Kept, key: str, association: Json, made_from: str) -> None:
    """Keep an association that another system made; ours follow from what they say."""
    if association.get("identifier") != identifier_of(f"association {made_from}"):
        made = ("associationType", "originNodeURI", "destinationNodeURI", "sequenceNumber")
        kept.associations[key] = _rest(association, made if association["associationType"] == CHILD else ())


def _relations(associations: Sequence[Json], ids: Mapping[str, str], kept: Kept) -> list[Relation]:
    found: dict[Relation, None] = {}
    for one in associations:
        if one["associationType"] == CHILD:
            continue
        relation = _relation(one, ids)
        if relation is None or relation in found:
            kept.others.append(one)
            continue
        found[relation] = None
        key = f"{relation.from_id} {relation.kind} {relation.to_id}"
        _keep(kept, key, one, key)
    return list(found)


def _relation(one: Json, ids: Mapping[str, str]) -> Relation | None:
    own = one.get("extensions", {}).get(OWN)
    if own:
        return msgspec.convert(own, Relation)
    kind = _KINDS.get(one["associationType"])
    ends = [one["originNodeURI"], one["destinationNodeURI"]]
    if kind is None:
        return None
    if ends[0]["identifier"] not in ids:
        turned = _TURNED.get(kind)
        if turned is None or ends[1]["identifier"] not in ids:
            return None
        kind, ends = turned, ends[::-1]
    there = ends[1]["identifier"]
    return Relation(from_id=ids[ends[0]["identifier"]], to_id=ids.get(there) or ends[1].get("uri") or there, kind=kind)


def _walked(order: Sequence[str], parents: Mapping[str, str], places: Mapping[str, float]) -> list[str]:
    """Return items with what lies below each right after it, siblings by their numbers."""
    listed = {one: place for place, one in enumerate(order)}
    children: dict[str, list[str]] = {}
    for one in sorted(order, key=lambda item: (places.get(item, float("inf")), listed[item])):
        children.setdefault(parents.get(one, ""), []).append(one)
    walked: list[str] = []
    waiting = list(reversed(children.get("", [])))
    while waiting:
        one = waiting.pop()
        walked.append(one)
        waiting += reversed(children.get(one, []))
    return walked + [one for one in order if one not in set(walked)]
