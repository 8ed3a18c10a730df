"""Packages of others: what is taken in, what is refused, how it is served, and that nothing a learner did is lost."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import httpx
import pytest

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.packages import service
from govstack.pillars.learn.learning.packages.errors import PackageTooLarge
from govstack.pillars.learn.learning.packages.model import Status, asked_range, seconds_of, span
from govstack.pillars.learn.learning.players.model import FILES
from govstack.pillars.learn.learning.unpacking import model as unpacking
from govstack.pillars.learn.learning.unpacking.errors import UnsafePackage
from govstack.pillars.learn.learning.unpacking.model import Kind
from govstack.pillars.learn.people import service as people
from tests.builders import packages as made
from tests.builders.learning import API, OFFICER, Learn, learn, page, send
from tests.databases import Databases

AUTHOR = Actor("person", "author", "Author", scopes=frozenset({"learn:teach"}))
KINDS = {
    "scorm12": made.scorm_12(),
    "scorm2004": made.scorm_2004(),
    "cartridge": made.archive({"imsmanifest.xml": made.CARTRIDGE, "index.html": "<p>x</p>"}),
    "cmi5": made.archive({"cmi5.xml": made.CMI5, "index.html": "<p>x</p>"}),
    "xapi": made.archive({"tincan.xml": made.TINCAN, "index.html": "<p>x</p>"}),
    "h5p": made.archive({"h5p.json": '{"title": "Quiz"}', "content/content.json": "{}"}),
    "pdf": made.PDF,
    "video": made.VIDEO,
}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def sent(client: httpx.AsyncClient, content: bytes, name: str = "package.zip") -> dict[str, object]:
    """Send a package and return what became of it."""
    answer = await client.post(f"{API}/packages", params={"name": name}, content=content)
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.requirement("F14.1")
@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_each_kind_of_package_is_taken_in(pillar: Learn, kind: str) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, KINDS[kind], name="thing.mp4" if kind == "video" else "thing")

    assert (found["kind"], found["state"], found["fault"]) == (kind, "ready", "")
    assert found["filesDone"] == found["fileCount"]


@pytest.mark.requirement("F14.1")
async def test_a_course_structure_of_cmi5_comes_without_an_archive(pillar: Learn) -> None:
    elsewhere = made.CMI5.replace("index.html", "https://units.example/one/index.html")
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, b"\xef\xbb\xbf" + elsewhere.encode(), name="cmi5.xml")
        course = await client.get(f"{API}/packages/{found['id']}")
        begun = await client.post(f"{API}/packages/{found['id']}/course")
        incomplete = await sent(client, made.CMI5.encode(), name="cmi5.xml")
        others = [
            await sent(client, text.encode(), name="cmi5.xml")
            for text in ("<p>A page</p>", made.BOMB, "<courseStructure/>", "<courseStructure")
        ]

    assert (found["kind"], found["state"], found["title"]) == ("cmi5", "ready", "Cyber basics")
    assert [one["path"] for one in course.json()["items"]] == ["https://units.example/one/index.html?a=1"]
    assert begun.status_code == 200, begun.text
    assert (incomplete["state"], "archive" in str(incomplete["fault"])) == ("failed", True)
    assert [one["state"] for one in others] == ["failed"] * 4


@pytest.mark.requirement("F14.1")
async def test_what_a_manifest_says_of_a_part_is_kept(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        old = (await sent(client, KINDS["scorm12"]))["items"]
        new = (await sent(client, KINDS["scorm2004"]))["items"]
        unit = (await sent(client, KINDS["cmi5"]))["items"]

    assert old == [
        {
            "id": "i1", "title": "Why minutes", "path": "sco/index.html", "parameters": "?x=1",
            "launchData": "level=2", "mastery": 70.0, "moveOn": "", "depth": 0,
        }
    ]  # fmt: skip
    assert [(one["mastery"], one["path"]) for one in new] == [(0.6, "index.html")]  # type: ignore[attr-defined]
    assert [(one["mastery"], one["moveOn"], one["title"]) for one in unit] == [(0.8, "Passed", "Passwords")]  # type: ignore[attr-defined]


def many() -> bytes:
    """Return an archive of too many files."""
    return made.archive({f"f{number}": "" for number in range(unpacking.FILES_MAX + 1)})


HARM = {
    "climbs": made.archive({"imsmanifest.xml": made.SCORM_2004, "../../etc/passwd": "x"}),
    "absolute": made.archive({"/etc/passwd": "x"}),
    "drive": made.archive({"C:/windows/x": "x"}),
    "backslash": made.archive({"a\\..\\b": "x"}),
    "link": made.linked(),
    "swollen": made.swollen(),
    "many": many(),
    "entities": made.archive({"imsmanifest.xml": made.BOMB}),
    "crumbled": made.crumbled(),
    "twice": made.archive({"imsmanifest.xml": made.SCORM_2004, "index.html": "a", "INDEX.html": "b"}),
}


@pytest.mark.requirement("F14.2")
@pytest.mark.parametrize("harm", sorted(HARM))
async def test_what_could_do_harm_is_not_unpacked(pillar: Learn, harm: str) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, HARM[harm])
        whole = await client.get(f"{API}/packages/{found['id']}/file")

    assert found["state"] == "failed"
    assert found["fault"]
    assert (found["filesDone"], whole.status_code) == (0, 409)


@pytest.mark.requirement("F14.2")
@pytest.mark.parametrize(
    "content",
    [
        b"hello",
        b"PK\x03\x04broken",
        made.archive({"a.txt": "x"}),
        made.archive({"imsmanifest.xml": made.SCORM_2004.replace("index.html", "http://[x"), "index.html": "x"}),
        made.archive({"h5p.json": '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}"}),
    ],
)
async def test_what_is_no_package_is_refused_with_a_reason(pillar: Learn, content: bytes) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, content)

    assert (found["state"], bool(found["fault"])) == ("failed", True)


async def test_a_package_that_is_too_large_leaves_nothing_behind(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PACKAGE_BYTES_MAX", 1_000)
    async with pillar.officer("learn:teach") as client:
        answer = await client.post(f"{API}/packages", content=made.VIDEO)
        left = await client.get(f"{API}/packages")

    assert (answer.status_code, answer.json()["code"]) == (PackageTooLarge.status, "package-too-large")
    assert left.json()["packages"] == []


async def test_a_large_package_is_unpacked_as_durable_work(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "READ_AT_ONCE_BYTES_MAX", 10)
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, KINDS["scorm2004"])
        async with pillar.browser("learn:teach") as browser:
            waiting = await page(browser, f"/packages/{found['id']}")
        await service.unpack(pillar.context, package_id=str(found["id"]))
        await service.unpack(pillar.context, package_id=str(found["id"]))
        after = await client.get(f"{API}/packages/{found['id']}")

    assert found["state"] == "reading"
    assert "Being unpacked" in waiting
    assert after.json()["state"] == "ready"


async def opened(pillar: Learn, content: bytes, subject: str = "amina") -> tuple[str, str]:
    """Send a package, let learners open it, and return its id and the address of its frame."""
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, content)
    await service.offer(pillar.context, by=AUTHOR, package_id=str(found["id"]))
    return str(found["id"]), await frame(pillar, str(found["id"]), subject)


async def frame(pillar: Learn, package_id: str, subject: str = "amina") -> str:
    """Open the first part of a package in the player and return the address of its frame."""
    async with pillar.browser(subject=subject) as client:
        shown = await page(client, f"/packages/{package_id}/play/0")
    address: str = re.findall(r'<iframe.*? src="([^"]+)"', shown)[0]
    return address.removeprefix("/learn")


@pytest.mark.requirement("F14.2")
async def test_content_is_served_apart_and_only_with_its_ticket(pillar: Learn) -> None:
    _package, address = await opened(pillar, KINDS["scorm12"])
    async with pillar.nobody() as client:
        shown = await client.get(address)
        part = await client.get(address.partition("index.html")[0] + "a.js")
        changed = await client.get(
            re.sub(r"/content/(.)", lambda found: "/content/" + ("A" if found[1] != "A" else "B"), address)
        )
        outside = await client.get(address.partition("/sco/")[0] + "/..%2F..%2Fetc%2Fpasswd")
        with clock.fixed(clock.now() + service.TICKET_LASTS * 2):
            late = await client.get(address)

    policy = shown.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts allow-forms allow-popups;")
    assert "allow-same-origin" not in policy
    assert "set-cookie" not in shown.headers
    assert (part.text, part.headers["content-type"]) == ("var a = 1;", "text/javascript")
    assert [changed.status_code, outside.status_code, late.status_code] == [403, 404, 403]
    assert re.search(r'<head><script src="[^"]+/_govstack/api.js"></script>', shown.text)


@pytest.mark.requirement("F14.2")
async def test_another_origin_is_used_where_one_is_set(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_CONTENT_URL="https://content.test/learn")
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, KINDS["scorm2004"])
    async with pillar.browser("learn:teach") as client:
        answer = await client.get(f"/packages/{found['id']}/play/0")
        address = re.findall(r'<iframe[^>]*src="([^"]+)"', answer.text)[0]
        content = await client.get(address.removeprefix("https://content.test/learn"))

    assert address.startswith("https://content.test/learn/content/")
    assert "frame-src https://content.test" in answer.headers["content-security-policy"]
    assert (
        "sandbox allow-scripts allow-forms allow-popups allow-same-origin;"
        in content.headers["content-security-policy"]
    )


async def state(pillar: Learn, address: str) -> dict[str, str]:
    """Return what content is given when it opens."""
    async with pillar.nobody() as client:
        script = (await client.get(re.sub(r"(/content/[^/]+/).*", r"\1_govstack/api.js", address))).text
    told: dict[str, str] = json.loads(script[script.rindex("})({") + 3 : script.rindex(");")])["values"]
    return told


async def tell(pillar: Learn, address: str, *values: tuple[int, str, str]) -> int:
    """Send values as the script in the content does."""
    ticket = address.split("/content/")[1].split("/")[0]
    async with pillar.nobody() as client:
        answer = await client.post(
            f"{API}/package-values/{ticket}", content=json.dumps(values), headers={"content-type": "text/plain"}
        )
    return answer.status_code


@pytest.mark.requirement("F14.1")
async def test_what_a_learner_did_survives_leaving_and_time_adds_up(pillar: Learn) -> None:
    package_id, address = await opened(pillar, KINDS["scorm12"])
    first = await state(pillar, address)
    values = [
        (1, "cmi.core.lesson_location", "page 3"), (2, "cmi.suspend_data", "a=1"),
        (3, "cmi.core.session_time", "00:10:00"), (4, "cmi.core.session_time", "00:20:00"),
    ]  # fmt: skip
    codes = [await tell(pillar, address, *values), await tell(pillar, address, *values)]
    again = await frame(pillar, package_id)
    second = await state(pillar, again)
    codes.append(await tell(pillar, again, (1, "cmi.core.session_time", "00:05:00"), (2, "cmi.suspend_data", "a=2")))
    third = await state(pillar, await frame(pillar, package_id))
    async with pillar.person() as client:
        log = (await client.get(f"{API}/packages/{package_id}/log")).json()["values"]
    async with pillar.person("somebody") as client:
        theirs = (await client.get(f"{API}/packages/{package_id}/log")).json()["values"]

    assert codes == [204, 204, 204]
    assert (first["cmi.core.entry"], first["cmi.launch_data"]) == ("ab-initio", "level=2")
    assert (second["cmi.core.entry"], second["cmi.core.lesson_location"]) == ("resume", "page 3")
    assert (second["cmi.core.total_time"], third["cmi.core.total_time"]) == ("0000:20:00", "0000:25:00")
    assert (second["cmi.suspend_data"], third["cmi.suspend_data"]) == ("a=1", "a=2")
    assert [one["element"] for one in log].count("cmi.suspend_data") == 2
    assert (len(log), theirs) == (6, [])


@pytest.mark.parametrize(
    ("kind", "values", "status", "score"),
    [
        ("scorm12", [(1, "cmi.core.score.raw", "65"), (2, "cmi.core.lesson_status", "completed")], "failed", 65),
        ("scorm12", [(1, "cmi.core.score.raw", "70"), (2, "cmi.core.lesson_status", "completed")], "passed", 70),
        ("scorm12", [(1, "cmi.core.lesson_status", "incomplete")], "started", None),
        ("scorm2004", [(1, "cmi.score.scaled", "0.59"), (2, "cmi.completion_status", "completed")], "failed", 59),
        ("scorm2004", [(1, "cmi.score.scaled", "0.6")], "passed", 60),
        ("scorm2004", [(1, "cmi.completion_status", "completed")], "completed", None),
    ],
)
async def test_a_mastery_score_decides_over_what_the_content_says(
    pillar: Learn, kind: str, values: list[tuple[int, str, str]], status: str, score: float | None
) -> None:
    package_id, address = await opened(pillar, KINDS[kind])
    await tell(pillar, address, *values)
    async with pillar.person() as client:
        found = (await client.get(f"{API}/packages/{package_id}/attempts")).json()["attempts"][0]

    assert (found["status"], found["score"]) == (status, pytest.approx(score) if score else None)


async def test_values_without_a_ticket_or_of_no_shape_are_refused(pillar: Learn) -> None:
    _package, address = await opened(pillar, KINDS["scorm2004"])
    ticket = address.split("/content/")[1].split("/")[0]
    async with pillar.nobody() as client:
        shapes = [await client.post(f"{API}/package-values/{ticket}", content=body) for body in (b"{", b'[["a"]]')]
        long = await client.post(
            f"{API}/package-values/{ticket}", content=json.dumps([[1, "cmi.location", "x" * 70_000]])
        )
        strange = await client.post(f"{API}/package-values/abc", content=b"[]")

    async with pillar.person() as learner:
        kept = (await learner.get(f"{API}/packages/{_package}/log")).json()["values"]

    assert [answer.status_code for answer in (*shapes, long, strange)] == [400, 400, 400, 403]
    assert kept == []


@pytest.mark.requirement("F32.2")
@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-9", (206, 0, 10)),
        ("bytes=5-", (206, 5, None)),
        ("bytes=-7", (206, -7, None)),
        ("", (200, 0, None)),
        ("lines=1-2", (200, 0, None)),
    ],
)
async def test_a_download_that_broke_off_goes_on_where_it_ended(
    pillar: Learn, header: str, expected: tuple[int, int, int | None]
) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, made.VIDEO, "film.mp4")
        answer = await client.get(f"{API}/packages/{found['id']}/file", headers={"range": header} if header else {})
        beyond = await client.get(f"{API}/packages/{found['id']}/file", headers={"range": "bytes=99999999-"})

    status, first, count = expected
    stretch = made.VIDEO[first:] if count is None else made.VIDEO[first : first + count]
    assert (answer.status_code, answer.content == stretch) == (status, True)
    assert int(answer.headers["content-length"]) == len(stretch)
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(made.VIDEO)}")


def test_a_range_is_cut_at_the_end_of_the_file() -> None:
    assert asked_range("bytes=8-100", 10) == (8, 9)
    assert asked_range("bytes=1-2,4-5", 10) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("0001:02:03.5", 3723.5), ("PT1H2M3S", 3723), ("P1DT1S", 86_401), ("soon", 0), ("", 0)]
)
def test_spans_of_both_standards_are_understood(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds
    assert seconds_of(span(Kind.SCORM_2004, seconds)) == int(seconds)


async def test_a_learner_says_that_they_read_what_does_not_say_so_itself(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, made.PDF, "guide.pdf")
    await service.offer(pillar.context, by=AUTHOR, package_id=str(found["id"]))
    async with pillar.browser() as client:
        shown = await page(client, f"/packages/{found['id']}/play/0")
        answer = await send(client, shown, "/play/0")
        after = await page(client, f"/packages/{found['id']}")
    me = await people.me(pillar.context, by=Actor("person", "amina", "Amina"))

    assert answer.status_code == 303
    assert "Completed" in after
    assert await service.is_done(pillar.context, package_id=str(found["id"]), learner_id=me.id)


async def test_a_package_that_no_course_offers_is_for_those_who_teach(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, KINDS["scorm12"])
    async with pillar.person() as client:
        answers = [await client.get(f"{API}/packages/{found['id']}{path}") for path in ("", "/file")]
    async with pillar.browser() as client:
        shown = await client.get(f"/packages/{found['id']}/play/0")

    assert [answer.status_code for answer in (*answers, shown)] == [404, 404, 404]


async def test_what_content_stored_goes_with_an_erased_person_and_the_count_stays(pillar: Learn) -> None:
    package_id, address = await opened(pillar, KINDS["scorm2004"])
    await tell(pillar, address, (1, "cmi.suspend_data", "secret"), (2, "cmi.completion_status", "completed"))
    me = await people.me(pillar.context, by=Actor("person", "amina", "Amina"))

    await people.erase(pillar.context, by=OFFICER, person_id=me.id)
    async with pillar.context.database.transaction() as tx:
        await service.forget(tx, me.id)
    left = (await service.attempts(pillar.context, package_id=package_id, learner_id=me.id))[0]

    assert (left.status, await service.log(pillar.context, attempt_id=left.id)) == (Status.COMPLETED, [])


async def test_pages_lead_from_a_file_to_the_player(pillar: Learn) -> None:
    async with pillar.browser("learn:teach") as client:
        ask = await page(client, "/packages/new")
        empty = await send(client, ask, "/packages/new", files={"file": ("a.zip", b"")})
        answer = await send(client, ask, "/packages/new", files={"file": ("a.zip", KINDS["scorm12"])})
        shown = await page(client, answer.headers["location"])
        bad = await send(client, ask, "/packages/new", files={"file": ("b.zip", HARM["climbs"])})
        refused = await page(client, bad.headers["location"])
        listed = await page(client, "/packages")

    assert (empty.status_code, answer.status_code) == (400, 303)
    assert "Why minutes" in shown
    assert "leads out of the package" in refused
    assert [one in refused for one in ('href="/packages/new"', 'href="/packages"')] == [True, True]
    assert "Writing minutes" in listed


@pytest.mark.requirement("F14.1")
async def test_h5p_is_handed_out_where_nobody_added_its_player(pillar: Learn) -> None:
    async with pillar.officer("learn:teach") as client:
        found = await sent(client, made.h5p(), "ports.h5p")
    await service.offer(pillar.context, by=AUTHOR, package_id=str(found["id"]))
    async with pillar.browser() as client:
        shown = await page(client, f"/packages/{found['id']}")
        part = await client.get(f"/packages/{found['id']}/play/0")

    assert "kept as files here" in shown
    assert "/play/0" not in shown
    assert part.status_code == 404


@pytest.mark.requirement("F14.1", "F14.2")
async def test_files_of_a_player_are_handed_out_from_its_folder_alone(databases: Databases, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / "player" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "player" / name).write_text(f"/* {name} */")
    (tmp_path / "secret.js").write_text("secret")
    (tmp_path / "player" / "notes.txt").write_text("notes")
    (tmp_path / "player" / "out.js").symlink_to(tmp_path / "secret.js")
    pillar = await learn(databases, LEARN_H5P_PLAYER=str(tmp_path / "player"))
    package_id, address = await opened(pillar, made.h5p())
    root = address.partition("index.html")[0]
    async with pillar.nobody() as client:
        shown = await client.get(address)
        given = [await client.get(root + name) for name in (*FILES, "play.js")]
        kept = [await client.get(root + name) for name in ("..%2F..%2Fsecret.js", "notes.txt", "out.js", "missing.js")]
    async with pillar.browser() as client:
        listed = await page(client, f"/packages/{package_id}")

    assert "Ports &amp; &lt;b&gt;rules&lt;/b&gt;" in shown.text
    assert all(one.headers["content-security-policy"].startswith("sandbox ") for one in (shown, *given))
    assert [one.text for one in given[:3]] == [f"/* {name} */" for name in FILES]
    assert [one.status_code for one in (shown, *given)] == [200] * 5
    assert [one.status_code for one in kept] == [404] * 4
    assert "/play/0" in listed


class Watched(io.BytesIO):
    """A file that notes from where on it was read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.places: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.places.append(self.tell())
        return super().read(size)


@pytest.mark.requirement("F14.2")
@pytest.mark.parametrize("harm", ["swollen", "climbs", "many", "link", "twice"])
def test_what_an_archive_says_of_itself_is_looked_at_before_a_byte_is_unpacked(harm: str) -> None:
    stream = Watched(HARM[harm])
    directory = HARM[harm].index(b"PK\x01\x02")

    with pytest.raises(UnsafePackage):
        unpacking.opened(stream)

    assert min(stream.places) >= directory - zipfile.sizeEndCentDir64 - zipfile.sizeEndCentDir64Locator


@pytest.mark.requirement("F14.1")
async def test_what_is_done_stays_done_whatever_the_content_says_later(pillar: Learn) -> None:
    package_id, address = await opened(pillar, KINDS["scorm12"])
    me = await learner(pillar)
    async with pillar.context.database.transaction() as tx:
        item_id = (await service.attempts(pillar.context, package_id=package_id, learner_id=me))[0].item_id
        await service.done_elsewhere(tx, package_id=package_id, item_id=item_id, learner_id=me)
    await tell(pillar, address, (1, "cmi.core.lesson_status", "incomplete"))
    (after,) = await service.attempts(pillar.context, package_id=package_id, learner_id=me)

    assert after.status == "completed"


@pytest.mark.requirement("F14.1", "F31.1")
async def test_an_open_ticket_stores_nothing_of_somebody_who_was_erased(pillar: Learn) -> None:
    _package_id, address = await opened(pillar, KINDS["scorm12"])
    before = await tell(pillar, address, (1, "cmi.suspend_data", "a=1"))
    await people.erase(pillar.context, by=AUTHOR, person_id=await learner(pillar))
    after = await tell(pillar, address, (2, "cmi.suspend_data", "a=2"))
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT place FROM package_value")

    assert (before, after) == (204, 404)
    assert [row["place"] for row in kept] == [1]


async def learner(pillar: Learn) -> str:
    """Return the id of the learner who opened the package."""
    async with pillar.person("amina") as client:
        return str((await client.get(f"{API}/me")).json()["id"])
