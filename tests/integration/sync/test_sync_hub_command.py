"""`station-hub` as an operator runs it: real processes, real files, real HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from sync.activation import activation_request, check_activation
from sync.client import HubClient, StationIdentity, activate
from sync.hub.__main__ import main
from sync.package import read_package, read_site
from sync.seal import SigningKey, UnsealingKey, VerifyKey
from sync.wire import JsonObject, canonical_bytes
from tests.support.sync_hub import Clock
from tests.support.sync_people import applicant, exam_session


def people_file(directory: Path, **changes: object) -> Path:
    first = applicant(1).to_json() | {"photo_file": "1.jpg"}
    second = applicant(2).to_json()
    for fields in (first, second):
        del fields["subject"], fields["uploaded_photo"]
    seat = {
        "registration_id": applicant(1).registration_id,
        "ticket_no": "26001",
        "room": "01",
        "seat": "07",
        "subject_name": "英语",
    }
    in_time = {"starts_at": "2099-05-24T01:00:00.000Z", "seats": [seat]}
    sessions = [exam_session().to_json() | in_time]
    content: JsonObject = {"applicants": [first, second], "exam_sessions": sessions}
    (directory / "1.jpg").write_bytes(b"\xff\xd8 fictional")
    path = directory / "people.json"
    path.write_text(json.dumps(content | changes, ensure_ascii=False), encoding="utf-8")
    return path


@contextmanager
def serving(directory: Path) -> Iterator[str]:
    port_file = directory / "port"
    command = [sys.executable, "-m", "sync.hub", "serve", "--dir", str(directory), "--port", "0"]
    command += ["--port-file", str(port_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        try:
            ready = it.stdout.readline()
            url = f"http://127.0.0.1:{port_file.read_text().strip()}"
            assert ready == f"platform ready on {url}\n"
            yield url
        finally:
            it.send_signal(signal.SIGTERM)
            complaints = it.stderr.read()
            it.wait(20)
        assert (it.returncode, complaints) == (0, "")


def output(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    capsys.readouterr()
    assert main([str(argument) for argument in arguments]) == 0
    return capsys.readouterr().out.strip()


def test_a_platform_from_nothing_to_a_joined_station(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "考点 platform"
    assert "demo tenant" in output(capsys, "init", directory, "--demo")
    people = people_file(tmp_path)
    loaded = output(capsys, "load", directory, people)
    assert loaded == "loaded 2 applicants, 1 exam sessions, 1 seats"
    code = output(capsys, "code", directory, "--unit", "10001")
    signing_key, unsealing_key = SigningKey.generate(), UnsealingKey.generate()
    with serving(directory) as url, requests.Session() as session:
        session.trust_env = False
        activation = activate(
            url,
            code,
            station_name="一号机",
            signing_key=signing_key,
            sealing_key=unsealing_key.sealing_key,
            session=session,
            timeout_s=10,
        )
        assert (activation.tenant, activation.demo) == ("demo", True)
        hub_key = VerifyKey.from_bytes(activation.hub_verify_key)
        identity = StationIdentity(activation.station_id, signing_key, hub_key)
        # A station with no idea of the time learns it from the first, signed, refusal.
        client = HubClient(url, identity, session, Clock(0), 10)
        page = client.applicants()
        assert [a.name for a in page.applicants] == [applicant(1).name, applicant(2).name]
        assert page.applicants[0].uploaded_photo is not None
        assert client.photo(page.applicants[0].uploaded_photo) == b"\xff\xd8 fictional"
        built = output(capsys, "vault", "build-package", directory, "--session", exam_session().id)
        assert built == "packages for 1 stations: 0 candidates, 1 not in the roll, 0 unreadable"
        package = read_package(
            client.package(exam_session().id),
            issuer_key=hub_key,
            audience=activation.station_id,
            unsealing_key=unsealing_key,
            newer_than=lambda kind, id_: 0,
            now_s=0,
        )
        assert read_site(package).candidates == ()
    counts = json.loads(output(capsys, "report", directory, "--json"))
    assert (counts["stations"], counts["applicants"], counts["packages"]) == (1, 2, 1)
    assert "erased" in output(capsys, "erase", directory, applicant(2).registration_id)
    report = output(capsys, "report", directory)
    assert "tombstones 1" in report.splitlines()
    assert applicant(1).name not in report


def test_loading_twice_keeps_the_opaque_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "platform"
    output(capsys, "init", directory, "--demo")
    for _ in range(2):
        output(capsys, "load", directory, people_file(tmp_path))
    counts = json.loads(output(capsys, "report", directory, "--json"))
    assert counts["applicants"] == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"applicants": [{"name": "x"}]}, "applicant"),
        ({"applicants": [7]}, "applicant: not an object"),
        ({"applicants": "all of them"}, "not a list"),
        ({"more": 1}, "unknown field"),
        ({"applicants": []}, "no such applicant"),
        ({"exam_sessions": [exam_session().to_json() | {"tries": 0}]}, "tries"),
        ({"applicants": [applicant(1).to_json() | {"photo_file": "../1.jpg"}]}, "photo_file"),
        ({"applicants": [applicant(1).to_json() | {"photo_file": "none.jpg"}]}, "cannot be read"),
        ({"applicants": [applicant(1).to_json() | {"photo_file": "people.json"}]}, "no JPEG"),
    ],
)
def test_a_file_that_does_not_fit_changes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    sentence: str,
) -> None:
    directory = tmp_path / "platform"
    output(capsys, "init", directory, "--demo")
    people = people_file(tmp_path, **changes)
    assert main(["load", str(directory), str(people)]) == 2
    complaint = capsys.readouterr().err
    assert sentence in complaint
    assert applicant(1).name not in complaint
    counts = json.loads(output(capsys, "report", directory, "--json"))
    assert counts["applicants"] == 0


def test_wrong_directories_are_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory, other = tmp_path / "platform", tmp_path / "other"
    assert main(["report", str(directory)]) == 2
    output(capsys, "init", directory, "--demo")
    output(capsys, "init", other, "--demo")
    assert main(["init", str(directory), "--demo"]) == 2
    foreign_vault = ["--vault", str(other / "vault"), "--session", "x"]
    assert main(["vault", "build-package", str(directory), *foreign_vault]) == 2
    assert "another platform" in capsys.readouterr().err
    assert main(["erase", str(directory), "nobody"]) == 2
    (directory / "platform.json").write_text("{}")
    assert main(["report", str(directory)]) == 2
    assert "damaged" in capsys.readouterr().err


def test_a_wrong_database_key_is_an_error_and_the_file_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory, other = tmp_path / "platform", tmp_path / "other"
    output(capsys, "init", directory, "--demo")
    output(capsys, "init", other, "--demo")
    before = (directory / "platform.db").read_bytes()
    foreign_keys = (other / "keys" / "web-keys.json").read_bytes()
    (directory / "keys" / "web-keys.json").write_bytes(foreign_keys)
    assert main(["report", str(directory)]) == 2
    assert "wrong key" in capsys.readouterr().err
    assert (directory / "platform.db").read_bytes() == before


def test_a_station_without_a_network_joins_by_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output(capsys, "init", tmp_path, "--demo")
    code = output(capsys, "code", tmp_path, "--unit", "10001")
    sealing_key = UnsealingKey.generate().sealing_key
    request = activation_request(code, "一号机", SigningKey.generate(), sealing_key)
    there, back = tmp_path / "request.json", tmp_path / "answer.json"
    there.write_bytes(canonical_bytes(request.to_json()))
    assert "has joined" in output(capsys, "join", tmp_path, there, back)
    assert check_activation(request, back.read_bytes()).unit_code == "10001"
    there.write_bytes(b"{}")
    assert main(["join", str(tmp_path), str(there), str(back)]) == 2
    assert main(["join", str(tmp_path), str(tmp_path / "nothing"), str(back)]) == 2


def test_a_missing_database_is_an_error_and_no_empty_one_appears(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output(capsys, "init", tmp_path, "--demo")
    (tmp_path / "platform.db").unlink()
    assert main(["report", str(tmp_path)]) == 2
    assert "missing" in capsys.readouterr().err
    assert not (tmp_path / "platform.db").exists()


def test_keys_are_for_the_owners_eyes_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output(capsys, "init", tmp_path / "platform", "--demo")
    for name in ("platform.json", "keys/web-keys.json", "vault/unsealing.key"):
        assert (tmp_path / "platform" / name).stat().st_mode & 0o777 == 0o600


def test_a_live_platform_keeps_its_private_key_apart_from_the_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory, vault, keys = tmp_path / "hub", tmp_path / "vault", tmp_path / "keys"
    assert main(["init", str(directory)]) == 2
    assert "--vault" in capsys.readouterr().err
    assert main(["init", str(directory), "--vault", str(vault)]) == 2
    assert "--keys" in capsys.readouterr().err
    assert not directory.exists()
    assert main(["init", str(directory), "--vault", str(vault), "--keys", str(keys)]) == 0
    assert (vault / "unsealing.key").exists()
    assert not list(directory.rglob("unsealing.key"))
    assert not list(directory.rglob("web-keys.json"))
    assert b"_key" not in (directory / "platform.json").read_bytes().replace(b"sealing_key", b"")
    assert main(["report", str(directory)]) == 0
    (keys / "web-keys.json").unlink()
    assert main(["report", str(directory)]) == 2
    assert "web-keys.json" in capsys.readouterr().err
