"""What is deployed is described truly: settings exist, probes are answered, nothing secret is inside, limits hold."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from govstack import __version__
from govstack.host import compose, server, workers
from govstack.host.home import Home
from govstack.kernel.settings import PREFIX, Setting, check_production, load
from tests.host.commands import ROOT, environment, free_port, serving

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose"
CHART = DEPLOY / "helm" / "govstack"
HOWTO = ROOT / "docs" / "howto"
ORDERLY_STOP_SECONDS = 30
_VARIABLE = re.compile(r"GOVSTACK_[A-Z0-9_]*[A-Z0-9]")
_PINNED = re.compile(r"[^\s:]+:v?\d+\.\d+[\w.-]*")
_FILLED_IN = re.compile(r"\$\{(?P<name>\w+)((?P<way>:[-+?])(?P<word>[^{}]*))?\}")
_CONTROL = re.compile(r"^\s*\{\{-?.*?\}\}\s*$")
_VALUE = re.compile(r"\{\{-?.*?-?\}\}")
# Names of variables that belong to the tests and the tools, and stand in pages for developers.
_NOT_SETTINGS = ("GOVSTACK_TEST_",)


@cache
def known() -> dict[str, Setting]:
    """Return every setting by name."""
    return compose.settings(compose.packages())


def texts(*folders: Path) -> Iterator[tuple[str, str]]:
    """Return each text file of folders, with its name."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "secrets" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


@cache
def composed() -> dict[str, Any]:
    """Return the Compose file."""
    return dict(yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8")))


@cache
def values() -> dict[str, Any]:
    """Return the chart's values."""
    return dict(yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8")))


def dockerfile() -> str:
    """Return the Dockerfile."""
    return (COMPOSE / "Dockerfile").read_text(encoding="utf-8")


def ours() -> dict[str, dict[str, Any]]:
    """Return the Compose services that run our image."""
    return {name: one for name, one in composed()["services"].items() if "govstack:" in one["image"]}


@pytest.mark.requirement("X005", "X034")
def test_every_variable_that_is_named_is_a_setting() -> None:
    found = {
        (place, variable)
        for place, text in texts(DEPLOY, HOWTO)
        for variable in _VARIABLE.findall(text)
        if not variable.startswith(_NOT_SETTINGS)
    }
    unknown = sorted(
        (place, variable)
        for place, variable in found
        if variable.removeprefix(PREFIX) not in known()
        and variable.removeprefix(PREFIX).removesuffix("_FILE") not in known()
    )

    assert unknown == []


@pytest.mark.requirement("X005")
def test_the_settings_of_the_chart_exist() -> None:
    named = set(values()["settings"]) | {name for role in values()["roles"].values() for name in role["settings"]}

    assert named - known().keys() == set()


@pytest.mark.requirement("X013", "X014")
def test_secret_settings_are_given_as_files_only() -> None:
    secret = {setting.variable for setting in known().values() if setting.secret}
    given = {name for one in ours().values() for name in one.get("environment", {})}
    chart = set(_VARIABLE.findall((CHART / "templates" / "_parts.tpl").read_text(encoding="utf-8")))

    assert {f"{PREFIX}SECRET_FILE", f"{PREFIX}DATABASE_URL_FILE"} <= given & chart
    assert (given | chart) & secret == set()


@pytest.mark.requirement("X013", "X014")
def test_nothing_secret_is_inside() -> None:
    suspicious = re.compile(r"PRIVATE KEY-----|postgresql://\w+:[^$\s]|password:\s*[\"']?[A-Za-z0-9]{6,}")
    found = [place for place, text in texts(DEPLOY) if suspicious.search(text)]

    assert found == []
    assert (COMPOSE / ".gitignore").read_text(encoding="utf-8").split("\n")[1:3] == ["secrets/", ".env"]


@pytest.mark.requirement("X003")
def test_images_are_pinned() -> None:
    stages = re.findall(r"^ARG \w+_IMAGE=(\S+)", dockerfile(), re.MULTILINE)
    foreign = [one["image"] for one in composed()["services"].values() if "govstack:" not in one["image"]]

    assert len(stages) == 2
    assert [image for image in (*stages, *foreign) if not _PINNED.fullmatch(image)] == []


@pytest.mark.requirement("X003", "X025")
def test_every_description_names_the_same_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    image = re.search(r"^ARG VERSION=(\S+)", dockerfile(), re.MULTILINE)
    defaults = {re.search(r"RELEASE:-([^}]+)", one["image"])[1] for one in ours().values()}  # type: ignore[index]

    assert image is not None
    assert {image[1], chart["appVersion"], str(values()["image"]["tag"]), *defaults} == {__version__}


@pytest.mark.requirement("X003", "X025", "X042", "X075", "CFR-deployment-12")
def test_the_image_is_small_in_rights_and_tells_its_health() -> None:
    last = dockerfile().partition("AS runtime")[2].partition("AS operations")[0]

    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD \[", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["govstack"\]$', last, re.MULTILINE)
    assert "apt-get" not in last
    assert dockerfile().rstrip().endswith("FROM runtime")


def test_what_the_image_copies_is_there() -> None:
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile(), re.MULTILINE)
        for source in line.split()[:-1]
    ]
    allowed = (COMPOSE / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()

    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert [one for one in copied if not any(f"!{part}" in allowed for part in (one, one.partition("/")[0]))] == []


@pytest.mark.requirement("X007", "CFR-deployment-11", "CFR-security-8")
@pytest.mark.parametrize("name", list(composed()["services"]))
def test_a_container_has_limits_and_few_rights(name: str) -> None:
    service = composed()["services"][name]

    assert set(service["deploy"]["resources"]["limits"]) >= {"cpus", "memory", "pids"}
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    if name != "postgres":  # its image starts as root and steps down by itself
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


@pytest.mark.requirement("X007", "X080")
def test_only_the_proxy_can_be_reached_from_outside() -> None:
    services = composed()["services"]
    networks = composed()["networks"]

    assert {name for name, one in services.items() if one.get("ports")} == {"proxy"}
    assert networks["blocks"]["internal"]
    assert networks["data"]["internal"]
    assert {name for name, one in services.items() if "data" in one["networks"]} == {*ours(), "postgres", "nats"}


def test_secrets_that_services_use_are_declared() -> None:
    used = {secret for one in composed()["services"].values() for secret in one.get("secrets", ())}

    assert used == set(composed()["secrets"])


@pytest.mark.requirement("CFR-deployment-9")
def test_roles_serve_packages_that_exist_and_blocks_are_all_served() -> None:
    packages = {manifest.name: manifest for manifest in compose.packages()}
    blocks = {name for name, manifest in packages.items() if manifest.kind == "block"}
    in_chart = {package for role in values()["roles"].values() for package in role["packages"]}
    in_compose = {name for one in ours().values() for name in one["command"][1:]}

    assert in_chart - packages.keys() == in_compose - packages.keys() == set()
    assert blocks - in_chart == blocks - in_compose == set()


def test_the_proxy_knows_every_role() -> None:
    proxy = (COMPOSE / "haproxy.cfg").read_text(encoding="utf-8")
    roles = {one["command"][1] for one in ours().values() if one["command"][0] == "serve"}

    assert set(re.findall(r"^backend (\w+)$", proxy, re.MULTILINE)) == roles
    assert set(re.findall(r"server-template \w+ \d+ (\w+):8443", proxy)) == roles


async def asked(path: str) -> int:
    """Return the status that the root of a process answers."""
    statuses: list[int] = []

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = {"path": path, "headers": [], "query_string": b""}
    await Home([], profile="production")(scope, None, send)
    return statuses[0]


@pytest.mark.requirement("CFR-architecture-15", "X252")
async def test_probes_ask_what_a_process_answers() -> None:
    named = {path for _, text in texts(DEPLOY) for path in re.findall(r"(?:path: |uri |\")(/health/\w+)", text)}

    assert named == {"/health/live", "/health/ready"}
    assert {path: await asked(path) for path in named} == dict.fromkeys(named, 200)


@pytest.mark.requirement("CFR-deployment-10")
def test_the_orderly_stop_fits_into_what_orchestrators_grant() -> None:
    granted = [int(str(one["stop_grace_period"]).rstrip("s")) for one in ours().values()]

    assert server.DRAIN_SECONDS < ORDERLY_STOP_SECONDS <= workers.STOP_SECONDS_MAX
    assert min(granted) > ORDERLY_STOP_SECONDS
    assert values()["terminationGracePeriodSeconds"] > values()["preStopSeconds"] + ORDERLY_STOP_SECONDS


def test_the_proxy_is_less_patient_with_idle_connections_and_more_with_requests_than_a_process() -> None:
    proxy = (COMPOSE / "haproxy.cfg").read_text(encoding="utf-8")
    seconds = {name: int(count) for name, count in re.findall(r"timeout ([\w-]+) (\d+)s", proxy)}

    assert seconds["http-keep-alive"] < server.KEEP_ALIVE_SECONDS
    assert seconds["server"] > int(known()["REQUEST_SECONDS_MAX"].default)


@pytest.mark.requirement("X252")
def test_the_health_check_of_the_image_tells_a_ready_process_from_none(tmp_path: Path) -> None:
    script = COMPOSE / "healthcheck.py"

    def check(port: int) -> int:
        command = ["python3", str(script)]
        return subprocess.run(command, env=environment(PORT=str(port)), check=False, timeout=20).returncode

    with serving("serve", "identity", settings={"DATA_DIR": str(tmp_path)}) as running:
        running.await_ready()
        there = check(running.port)

    assert (there, check(free_port())) == (0, 1)


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    """Return a copy of the Compose folder for which secrets were made."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path / "compose"
    shutil.copytree(COMPOSE, folder, ignore=shutil.ignore_patterns("secrets", ".env"))
    subprocess.run(["sh", str(folder / "make-secrets.sh"), "gov.example.org"], check=True, capture_output=True)
    return folder


def filled_in(text: str, **known: str) -> str:
    """Return a text of the Compose file as Compose fills it in where .env names the public host and what is known."""
    known = {"PUBLIC_HOST": "gov.example.org", **known}
    while match := _FILLED_IN.search(text):
        name, way, word = match["name"], match["way"] or "", match["word"] or ""
        value = known.get(name, "")
        made = (word if value else "") if way == ":+" else value or (word if way == ":-" else "")
        text = text[: match.start()] + made + text[match.end() :]
    return text


@pytest.mark.requirement("X005", "X034")
def test_the_values_of_the_chart_are_ones_that_a_process_accepts() -> None:
    given = [values()["settings"], *(role["settings"] for role in values()["roles"].values())]
    own = {"INSTANCE": values()["instance"], "PUBLIC_URL": values()["publicUrl"], "PORT": values()["service"]["port"]}

    complaints = [known()[name].complaint(str(text)) for one in (*given, own) for name, text in one.items()]

    assert [complaint for complaint in complaints if complaint] == []


def test_another_public_port_is_the_same_for_people_proxy_and_processes() -> None:
    proxy, process = composed()["services"]["proxy"], ours()["mediator"]
    config = (COMPOSE / "haproxy.cfg").read_text(encoding="utf-8")

    assert filled_in(process["environment"]["GOVSTACK_PUBLIC_URL"]) == "https://gov.example.org"
    assert (
        filled_in(process["environment"]["GOVSTACK_PUBLIC_URL"], PUBLIC_PORT="8443") == "https://gov.example.org:8443"
    )
    assert [filled_in(port, PUBLIC_PORT="8443") for port in proxy["ports"]] == ["8443:8443"]
    assert filled_in(proxy["environment"]["PUBLIC_PORT"]) == "443"
    assert 'bind ":${PUBLIC_PORT}"' in config


@pytest.mark.requirement("X011", "X014", "X034", "CFR-deployment-7")
def test_the_secrets_of_a_trial_are_ones_that_production_accepts(trial: Path) -> None:
    def here(path: str) -> str:
        name = path.removeprefix("/run/secrets/")
        return str(trial / composed()["secrets"][name]["file"]) if name in composed()["secrets"] else path

    given = {name: here(filled_in(str(text))) for name, text in ours()["mediator"]["environment"].items()}
    before = {path.name: path.read_bytes() for path in (trial / "secrets").iterdir()}
    subprocess.run(["sh", str(trial / "make-secrets.sh"), "gov.example.org"], check=True, capture_output=True)

    settings = load(given, extra=known().values())
    check_production(settings)
    server.Certificate(settings)

    assert all((trial / secret["file"]).exists() for secret in composed()["secrets"].values())
    assert settings.text("DATABASE_URL").startswith("postgresql://govstack:")
    assert {path.name: path.read_bytes() for path in (trial / "secrets").iterdir()} == before


def test_the_proxy_accepts_its_configuration(trial: Path) -> None:
    if shutil.which("haproxy") is None:
        pytest.skip("haproxy is not installed")
    text = (trial / "haproxy.cfg").read_text(encoding="utf-8")
    text = text.replace("/run/secrets/proxy_certificate", str(trial / "secrets" / "proxy.pem"))
    text = text.replace("/run/secrets/authorities", str(trial / "secrets" / "authorities.pem"))
    (trial / "haproxy.cfg").write_text(text, encoding="utf-8")

    answer = subprocess.run(
        ["haproxy", "-c", "-f", str(trial / "haproxy.cfg")],
        env={**environment(), "PUBLIC_HOST": "gov.example.org", "PUBLIC_PORT": "443"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("path", sorted(CHART.glob("templates/*.yaml")), ids=lambda path: path.name)
def test_a_template_is_yaml_around_its_expressions(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not _CONTROL.match(line)]
    documents = list(yaml.safe_load_all("\n".join(_VALUE.sub("x", line) for line in lines)))

    assert [document["kind"] for document in documents if document]


@pytest.mark.requirement("X075", "CFR-deployment-5", "CFR-deployment-11")
def test_the_deployments_of_the_chart_have_limits_probes_and_few_rights() -> None:
    template = (CHART / "templates" / "deployment.yaml").read_text(encoding="utf-8")
    parts = (CHART / "templates" / "_parts.tpl").read_text(encoding="utf-8")
    limits = [role["resources"].get("limits", {}) for role in values()["roles"].values()]

    assert all({"cpu", "memory"} <= one.keys() for one in limits)
    assert all(f"{probe}Probe:" in template for probe in ("startup", "liveness", "readiness"))
    assert all(words in parts for words in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "drop: [ALL]"))
    # Kubernetes would otherwise set GOVSTACK_… variables for services, which no setting knows.
    assert "enableServiceLinks: false" in template
    assert values()["revisionHistoryLimit"] >= 2


def test_settings_of_the_chart_arrive_as_they_were_written_and_once() -> None:
    parts, deployment, migrate = (
        (CHART / "templates" / name).read_text(encoding="utf-8")
        for name in ("_parts.tpl", "deployment.yaml", "migrate.yaml")
    )

    # Helm reads every number as a float and would write 2000000 as 2e+06.
    assert 'if kindIs "float64" $value }}{{ int64 $value | quote }}' in parts
    # A role's own value takes the place of the common one; a name twice is an error to Kubernetes.
    assert "(merge dict ($given.settings | default dict) ($.Values.settings | default dict))" in deployment
    assert all(text.count('include "govstack.settings"') == 1 for text in (deployment, migrate))


def test_the_chart_renders() -> None:
    if shutil.which("helm") is None:
        pytest.skip("helm is not installed")
    given = ["settings.BODY_BYTES_MAX=2000000", "roles.mediator.settings.LOG_LEVEL=DEBUG"]

    answer = subprocess.run(
        ["helm", "template", "gov", str(CHART), *(part for one in given for part in ("--set", one))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stderr
    documents = [document for document in yaml.safe_load_all(answer.stdout) if document]
    assert {document["kind"] for document in documents} >= {"Deployment", "Job"}
    for document in documents:
        if document["kind"] == "Deployment":
            settings = document["spec"]["template"]["spec"]["containers"][0]["env"]
            assert len({one["name"] for one in settings}) == len(settings)
            assert {"name": "GOVSTACK_BODY_BYTES_MAX", "value": "2000000"} in settings
