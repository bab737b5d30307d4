"""Amounts of bytes as a person reads them."""

KIB = 1024
_TOGETHER = "\N{NO-BREAK SPACE}"
"""A line ends before a number or after its unit, never between them."""


def size_words(octets: int) -> str:
    """Bytes as B, KiB or MiB."""
    if octets < KIB:
        return f"{octets}{_TOGETHER}B"
    if octets < KIB * KIB:
        return f"{octets / KIB:.0f}{_TOGETHER}KiB"
    return f"{octets / KIB / KIB:.1f}{_TOGETHER}MiB"
