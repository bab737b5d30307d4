"""Which retention policy is in force: the unit's file, the product's own, or the last good one."""

from dataclasses import dataclass
from pathlib import Path

from station.domain.retention import Policy
from station.domain.retention_policy import MAX_POLICY_BYTES, PolicyError, parse_policy
from station.store.database import Database


@dataclass(frozen=True)
class InForce:
    """The policy, and a sentence when it is not the one the settings name."""

    policy: Policy
    trouble: str = ""


class PolicySource:
    """Reads the file anew each time, and keeps the last good one in the database."""

    def __init__(self, database: Database, own: Path, units: str, *, keeps: bool = True) -> None:
        """`own` is the product's policy; `units` the unit's file, "" for none.

        `keeps` is False for those who may only read the database.
        """
        self._keeps = keeps
        self._database = database
        self._own = own
        self._units = units

    def in_force(self) -> InForce:
        """On the database lane.

        A file that cannot be read or is wrong changes nothing: the last good policy stays in force
        and the sentence says so. Raises StoreError; PolicyError when the product's own is broken
        and there never was another.
        """
        try:
            content = _read(Path(self._units) if self._units else self._own)
            policy = parse_policy(content)
        except PolicyError as error:
            return self._last_good(error)
        if self._keeps:
            self._keep(content)
        return InForce(policy)

    def _last_good(self, error: PolicyError) -> InForce:
        row = self._database.row("SELECT content FROM retention_policy")
        if row is not None:
            kept = parse_policy(bytes(row[0]))
            return InForce(kept, f"{error}仍按上一份有效的保存期限“{kept.name}”执行。")
        own = parse_policy(_read(self._own))
        return InForce(own, f"{error}目前按产品默认的保存期限“{own.name}”执行。")

    def _keep(self, content: bytes) -> None:
        row = self._database.row("SELECT content FROM retention_policy")
        if row is not None and bytes(row[0]) == content:
            return
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO retention_policy VALUES (1, ?)"
                " ON CONFLICT (id) DO UPDATE SET content = excluded.content",
                (content,),
            )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_POLICY_BYTES + 1)
    except OSError as error:
        raise PolicyError(
            f"读不到保存期限文件 {path.name}（{error.strerror}），请检查文件和读取权限。"
        ) from error
