"""What the whole story of the demo has to have shown, told and left behind."""

from __future__ import annotations

from pathlib import Path

ADMIN_PAGES = tuple(
    f"admin-{page}" for page in ("overview", "storage", "retention", "people", "keys", "audit")
)


def check_story(output: Path, said: str) -> None:
    """Raises AssertionError. `output` holds its pictures and forms, `said` its summary."""
    assert said.count("现场确认") == 2
    assert "24 / 24" in said
    assert "准予入场" in said
    assert "不予入场，转主考" in said
    assert "presses 40" in said  # 24 of the first person, 16 of the second
    assert "gate_attempts 10" in said  # one that passed, three and six that did not
    assert "admitted 1" in said
    assert "referred 1" in said
    titles = [path.stem[3:] for path in sorted(output.glob("[0-9][0-9]-*.png"))]
    assert len(titles) >= 40
    for title in ("unlock-wrong-passphrase", "locked-with-work", "hand-over", *ADMIN_PAGES):
        assert title in titles
    assert all(pdf.read_bytes().startswith(b"%PDF-") for pdf in output.glob("*.pdf"))
    assert len(list(output.glob("review-form-*.pdf"))) == 2
