"""The matcher's part of `docs/benchmarks.md`: from its heading to the next of its rank."""

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from matcher.evaluation.section import Section, bar_table

HEADING = "## Matcher"


def matcher_part(sections: Sequence[Section], command: str, notes: str) -> str:
    """The part whole: bars first, then the sections, then how to read them."""
    bars = [bar for section in sections for bar in section.bars]
    opening = f"Command: `{command}`\nMachine: {machine()}"
    parts = (HEADING, opening, "### Bars", bar_table(bars), *(s.text for s in sections), notes)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def machine() -> str:
    """Processor, cores and system, as far as they are told."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE)
        model = named.group(1) if named else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def rewritten(document: str, part: str) -> str:
    """The document with the part of the same heading replaced, or added at its end.

    `part` begins with its heading; all else stays.
    """
    heading = part.partition("\n")[0]
    pattern = re.compile(rf"^{re.escape(heading)}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    body = part.rstrip() + "\n\n"
    if pattern.search(document):
        return pattern.sub(lambda _: body, document, count=1).rstrip() + "\n"
    return f"{document.rstrip()}\n\n{body}".lstrip().rstrip() + "\n"
