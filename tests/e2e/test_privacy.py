"""Privacy, proved: the whole demo runs, then every file it wrote is searched for the people in it.

Found may be only what was printed on purpose: review forms, and the sheet with the recovery key.
"""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from station.__main__ import main
from station.cli import demo
from station.cli.demo_data import Scene
from station.cli.demo_processes import Processes
from tests.support.privacy_canaries import files_below, search
from tests.support.privacy_demo import CLERK, HANDED_OVER, Played, played_in
from tests.support.privacy_trace import elsewhere, written_in

LIMIT_S = 480


def killed_after_thirteen_presses(scene: Scene, processes: Processes) -> None:
    demo.prepare(scene, processes)
    command = ["-m", "station", "run", "--config", str(scene.settings), "--window"]
    station = subprocess.Popen(
        [sys.executable, *command, "--story", "thirteen", "--story-output", str(scene.output)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert station.stdout is not None
    assert station.stdout.readline().strip() == "thirteen presses stored"
    station.kill()
    station.communicate()


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_a_station_killed_in_the_middle_leaves_nobody_lying_about(tmp_path: Path) -> None:
    """The small one of these tests: log, lock files and temporary files of a crash are there."""
    played = played_in(tmp_path, killed_after_thirteen_presses)
    assert list(played.scene.folder.rglob("*.db-wal"))
    finds = search(played.roots.values(), played.canaries)
    assert [str(find) for find in finds if not played.allowed(find.path)] == []


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_nobody_is_found_outside_the_encrypted_file_and_the_printed_forms(played: Played) -> None:
    finds = search(played.roots.values(), played.canaries)
    printed = [find for find in finds if played.allowed(find.path)]
    assert {"form of form_issued"} <= {find.what for find in printed}, "the search itself works"
    escaped = [str(find) for find in finds if not played.allowed(find.path)]
    assert not escaped, "\n".join(escaped[:40])


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_a_canary_planted_in_any_place_is_found(played: Played) -> None:
    content = {
        canary.what: canary.needles[0] for canary in played.canaries if len(canary.needles[0]) > 6
    }
    for name, folder in played.roots.items():
        place = folder / "planted.bin"
        place.write_bytes(b"\x01".join(content.values()))
        try:
            found = {find.what for find in search([place], played.canaries)}
        finally:
            place.unlink()
        assert set(content) <= found, name


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_nothing_was_written_outside_the_folders_that_are_searched(played: Played) -> None:
    """Neither in /tmp or /dev/shm under their own names, nor in the user's runtime folder."""
    if played.traces is None:
        pytest.skip("strace may not trace processes here")
    written = written_in(played.traces.glob("*.trace"))
    assert any(path.endswith("/station.db-wal") for path in written), "the trace itself works"
    searched = [folder for name, folder in played.roots.items() if name != "kept"]
    assert elsewhere(written, searched) == []


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_the_support_bundle_of_this_station_holds_none_of_them(
    played: Played,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CLERK['passphrase']}\n"))
    command = ["support", "bundle", "--config", str(played.scene.settings)]
    assert main([*command, "--account", "sysadmin01", "--folder", str(tmp_path)]) == 0
    (bundle,) = tmp_path.glob("support*.zip")
    (tmp_path / "said").write_text(capsys.readouterr().out, encoding="utf-8")
    assert [str(find) for find in search([tmp_path], played.canaries)] == []
    with zipfile.ZipFile(bundle, "a") as archive:
        for number, canary in enumerate(played.canaries):
            archive.writestr(str(number), max(canary.needles, key=len))
    found = {find.what for find in search([bundle], played.canaries)}
    assert found == {canary.what for canary in played.canaries}, "the search works"


@pytest.mark.slow
@pytest.mark.timeout(LIMIT_S)
def test_the_run_left_what_it_must_and_nothing_in_the_users_folders(played: Played) -> None:
    elsewhere = [played.roots[name] for name in ("home", "xdg", "tmp")]
    assert list(files_below(elsewhere)) == [], "no library leaves anything either"
    assert len(list(played.scene.output.glob("review-form*.pdf"))) == 2
    handed_over = re.compile(HANDED_OVER.pattern.replace("-(", "^("))
    assert not [path for path in files_below([played.scene.folder]) if handed_over.match(path.name)]
