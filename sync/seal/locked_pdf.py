"""A PDF that opens with a passphrase in any reader: for what a person takes home in a file.

AES-256 as PDF 2.0 has it (ISO 32000-2, revision 6). The passphrase is made here, long enough that
guessing it is as hopeless as guessing a key, so the format's own derivation does not matter.
"""

import secrets
from collections.abc import Mapping
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from sync.errors import SealError

# Without letters and digits that look alike: 31 signs, 20 of them are 99 bits.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 4


def spoken_passphrase() -> str:
    """A new passphrase that can be read out and typed, e.g. `k7pm-…`; 99 random bits."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def lock_pdf(pdf: bytes, attachments: Mapping[str, bytes], passphrase: str) -> bytes:
    """The same pages with files attached, all of it encrypted.

    Raises:
        SealError: `pdf` cannot be read, or the passphrase is empty.
    """
    if not passphrase:
        raise SealError("a locked PDF needs a passphrase")
    try:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    except PyPdfError as error:
        raise SealError("not a readable PDF") from error
    for name, content in attachments.items():
        writer.add_attachment(name, content)
    # The owner's password would open it, too: nobody has it.
    writer.encrypt(passphrase, secrets.token_urlsafe(32), algorithm="AES-256")
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
