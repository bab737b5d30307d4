"""`python -m tests.house.guards`: every house rule over the checkout, for `./dev check`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house import delivery_rules, source_rules
from tests.house.source_rules import Finding

RULES: tuple[Callable[[Path], Iterator[Finding]], ...] = (
    source_rules.catch_all_modules,
    source_rules.silenced_without_reason,
    source_rules.qt_in_forms,
    source_rules.assigned_identity_numbers,
    delivery_rules.unpinned_requirements,
    delivery_rules.hosts_in_lock,
    delivery_rules.material_without_licence,
    delivery_rules.unfit_for_version_control,
    delivery_rules.undeclared_imports,
    delivery_rules.unused_dependencies,
)


def findings(root: Path) -> Iterator[Finding]:
    """Every broken rule of a checkout."""
    for rule in RULES:
        yield from rule(root)


def main() -> int:
    """Print what is broken; 0 when nothing is."""
    root = Path(__file__).resolve().parent.parent.parent
    for note in source_rules.sizes(root):
        print(f"note: {note}")
    broken = [str(finding) for finding in findings(root)]
    print("\n".join(broken) if broken else f"{len(RULES)} house rules hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
