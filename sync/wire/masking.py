"""Values about people show nothing of them in a repr: reprs end up in logs and tracebacks."""

from __future__ import annotations


class Masked:
    """Base of wire values with personal data; shows the class and, where there is one, the id."""

    def __repr__(self) -> str:
        subject = getattr(self, "subject", None)
        shown = f"subject={subject!r}, …" if isinstance(subject, str) else "…"
        return f"{type(self).__name__}({shown})"
