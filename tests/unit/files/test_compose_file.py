"""docker-compose.yml and the Dockerfile: valid, bounded, healthy, not root."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from octavo.broker import QUEUES

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def test_the_schema_is_the_published_one() -> None:
    digest = hashlib.sha256((ROOT / "deploy/compose-spec.json").read_bytes()).hexdigest()
    assert digest in (ROOT / "deploy/README.md").read_text("utf-8")


def test_it_fits_the_compose_schema() -> None:
    schema = json.loads((ROOT / "deploy/compose-spec.json").read_text("utf-8"))
    jsonschema.Draft201909Validator(schema).validate(COMPOSE)


def test_every_queue_has_its_workers() -> None:
    served = {name: service["command"] for name, service in SERVICES.items() if name in QUEUES}
    assert set(served) == set(QUEUES)
    for name, command in served.items():
        assert command[command.index("-Q") + 1] == name
        assert SERVICES[name]["environment"]["QUEUE"] == name


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_is_watched_bounded_and_pinned(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert re.search(r":\d+\.\d+", service["image"]), "an image is pinned by its version"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", OURS)
def test_ours_wait_for_the_servers_and_may_do_little(name: str) -> None:
    service = SERVICES[name]
    healthy = {"condition": "service_healthy"}
    assert service["depends_on"] == dict.fromkeys(("postgres", "valkey", "seaweedfs"), healthy)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service, "the image's user is not root"


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists(name: str) -> None:
    program, *arguments = SERVICES[name].get("command") or ["gunicorn"]
    if program == "python":
        assert find_spec(f"{arguments[1]}.__main__")
    else:
        assert (Path(sys.executable).parent / program).exists()


def test_secrets_come_by_file() -> None:
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|DATABASE_URL|BROKER_URL", variable):
                assert value.startswith("/run/secrets/"), (name, variable)
        mounted = service.get("secrets", [])
        names = {one["source"] if isinstance(one, dict) else one for one in mounted}
        assert names <= set(COMPOSE["secrets"])


def test_ports_are_open_to_this_host_only() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_is_not_root_and_installs_what_is_locked() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(re.search(r":\d+\.\d+\.\d+-", image) for image in stages)
    assert re.findall(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[-1] != "0"
    assert "--require-hashes -r requirements-server.lock" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE


def test_the_image_gets_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench"}
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for package in packages:
        assert f"COPY {package} {package}\n" in DOCKERFILE
        assert f"!{package}" in ignored
