"""Amounts of bytes as a person reads them."""

KIB = 1024


def size_words(octets: int) -> str:
    """Bytes as B, KiB or MiB."""
    if octets < KIB:
        return f"{octets} B"
    if octets < KIB * KIB:
        return f"{octets / KIB:.0f} KiB"
    return f"{octets / KIB / KIB:.1f} MiB"
