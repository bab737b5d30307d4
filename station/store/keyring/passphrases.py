"""Passphrases: how they are written as bytes, and what one guess shall cost on this machine."""

import secrets
import time
import unicodedata
from collections.abc import Callable

from sync.seal import SALT_BYTES, PassphraseCost, key_from_passphrase, wipe

MIN_PASSPHRASE = 8
MAX_PASSPHRASE = 200
TARGET_S = 0.5
MEMORY_KIB = 128 * 1024
LANES = 2
# Even where one pass takes longer than the target, two are made (RFC 9106, section 3.4).
FEWEST_PASSES, MOST_PASSES = 2, 16
PROBES = 3


def passphrase_key(passphrase: str, salt: bytes, cost: PassphraseCost) -> bytes:
    """32 bytes by Argon2id. The passphrase is brought to NFKC, so that every keyboard and input
    method writes the same bytes for what looks the same.
    """
    # Halves of surrogate pairs are no text; they may be typed, and open nothing.
    written = bytearray(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"))
    try:
        return key_from_passphrase(written, salt, cost)
    finally:
        wipe(written)


def measured_cost(clock_s: Callable[[], float] = time.perf_counter) -> PassphraseCost:
    """The cost that makes a guess take about half a second here; takes about as long itself.

    Memory is 128 MiB: much for who guesses by the thousand, little for a desk PC of 4 GB. The
    quickest of some tries counts: what else this machine does meanwhile, and memory that it has to
    find first, would make guesses cheaper for whoever has the file elsewhere.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    probe = PassphraseCost(FEWEST_PASSES, LANES, MEMORY_KIB)
    took_s = []
    for _ in range(PROBES):
        began_s = clock_s()
        passphrase_key("measuring", salt, probe)
        took_s.append(clock_s() - began_s)
    per_pass_s = min(took_s) / FEWEST_PASSES
    passes = round(TARGET_S / per_pass_s) if per_pass_s > 0 else MOST_PASSES
    return PassphraseCost(min(max(passes, FEWEST_PASSES), MOST_PASSES), LANES, MEMORY_KIB)
