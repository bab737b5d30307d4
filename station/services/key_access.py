"""The open keyring, for those who change people's ways to open it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from station.store.keyring import KeyringFile, PassphraseCost, SlotKind, Unlocked
from sync.seal import CardCertificate


@dataclass(frozen=True)
class KeyAccess:
    """One keyring with the right to change it. `cost` is what a new passphrase's guess costs.

    Every method may take a second: it runs on the pool, never on the UI thread. They raise
    StoreError or OSError, and then nothing was changed.
    """

    file: KeyringFile = field(repr=False)
    unlocked: Unlocked = field(repr=False)
    cost: Callable[[], PassphraseCost] = field(repr=False)

    def set_passphrase(self, account: str, passphrase: str) -> None:
        """Give an account this passphrase, in place of the one it had."""
        self.file.set_passphrase(self.unlocked, account, passphrase, self.cost())

    def set_card(self, account: str, certificate: CardCertificate) -> None:
        """Let an account's card open the keyring. Raises SealError for a card that only signs."""
        self.file.set_card(self.unlocked, account, certificate)

    def remove_card(self, account: str) -> None:
        """Let an account's card open nothing any more, if it did."""
        if self.file.has(account, SlotKind.CARD):
            self.file.remove_card(self.unlocked, account)

    def remove(self, account: str) -> None:
        """Take every way to open the keyring from an account, if it has one."""
        if self.file.locks(account):
            self.file.remove(self.unlocked, account)
