"""The network's runtime writes nothing of its own: its wheels would leave telemetry behind."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LOAD = (
    "from pathlib import Path; from matcher import Extractor;"
    " Extractor(Path('resources/models/leader_minutiae.onnx'))"
)


def test_loading_the_network_leaves_no_file_anywhere(tmp_path: Path) -> None:
    folders = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data"}
    environment = {name: str(tmp_path / folder) for name, folder in folders.items()}
    for folder in folders.values():
        (tmp_path / folder).mkdir()
    kept = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run(
        [sys.executable, "-c", LOAD], cwd=ROOT, env={**kept, **environment}, check=True, timeout=60
    )
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
