"""What the start says: why it did not open, and what helps."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from station.services.unlock_state import OpenTrouble, UnlockFailure
from station.ui.translations import translate


@dataclass(frozen=True)
class TroubleWords:
    """What happened, what is safe, what to do; and what the admin types, where that helps."""

    happened: str
    safe: str
    to_do: str
    command: str = ""


def failure_words(failure: UnlockFailure, tries_left: int | None = None) -> str:
    """The sentence for a failure in the current language."""
    if failure is UnlockFailure.PIN_WRONG and tries_left is not None:
        return translate("PIN 不对，这张卡还可以试 {n} 次。").format(n=tries_left)
    return translate(FAILURES[failure])


def trouble_words(trouble: OpenTrouble) -> TroubleWords:
    """The sentences for a trouble in the current language, and what to fill into the command."""
    words = TROUBLES[trouble]
    return TroubleWords(
        translate(words.happened),
        translate(words.safe),
        translate(words.to_do),
        translate(words.command),
    )


FAILURES: Mapping[UnlockFailure, str] = MappingProxyType(
    {
        UnlockFailure.WRONG: "工号或口令不对，请再输一次。",
        UnlockFailure.LOCKED_OUT: "输错次数过多，这个工号暂时不能再试。",
        UnlockFailure.WRONG_RECOVERY_KEY: "这不是本机的恢复密钥，请核对恢复密钥页上的本机编号。",
        UnlockFailure.NO_READER: "读卡器没有应答，请检查连线，或改用口令。",
        UnlockFailure.NO_CARD: "没有等到证书卡，请再试一次，或改用口令。",
        UnlockFailure.CARD_UNREADABLE: "这张卡读不出来，请换一面再插，或改用口令。",
        UnlockFailure.CARD_UNKNOWN: "这张卡不能打开本机，请换卡，或改用口令。",
        UnlockFailure.CARD_PULLED: "证书卡已拔出，请插回后再试。",
        UnlockFailure.PIN_WRONG: "PIN 不对，请再输一次。",
        UnlockFailure.PIN_BLOCKED: "这张卡的 PIN 已锁死，请改用口令，并请发卡部门解锁。",
        UnlockFailure.MACHINE_REFUSED: "本机的安全芯片没有打开密钥，请改用口令、证书卡或恢复密钥。",
        UnlockFailure.NOT_A_SECURITY_ADMIN: "这个工号不是本机的安全管理员，请填写安全管理员的工号。",
        UnlockFailure.PASSPHRASE_WEAK: "这个口令太容易猜到，请换一个更长的。",
    }
)
"""Source sentences, each with what to do next."""

_RESTORE = "station db restore --config <设置文件> --backup <一份备份> --account <工号>"
_RECOVER = "station keys recover --config <设置文件> --backup <一份备份>"

TROUBLES: Mapping[OpenTrouble, TroubleWords] = MappingProxyType(
    {
        OpenTrouble.KEYRING_MISSING: TroubleWords(
            "找不到本机的密钥文件。",
            "数据库没有改动，程序没有新建密钥。",
            "请检查密钥目录所在的盘是否接好；激活时中断过的，请再运行一次 station init；"
            "密钥确已丢失时，请管理员用备份和恢复密钥恢复。",
            _RECOVER,
        ),
        OpenTrouble.KEYRING_DAMAGED: TroubleWords(
            "密钥文件已损坏，或不是本程序的版本。",
            "密钥文件和数据库都没有改动。",
            "请不要删除任何文件，请管理员用备份和恢复密钥恢复。",
            _RECOVER,
        ),
        OpenTrouble.KEYRING_EXPOSED: TroubleWords(
            "密钥文件的权限过宽，本机的其他用户可能读到。",
            "数据仍是加密的，程序没有打开它。",
            "请管理员改为仅本程序用户可读写，再点“重试”，并在打开后更换口令。",
            "chmod 600 <密钥文件>",
        ),
        OpenTrouble.KEYRING_CLEAR: TroubleWords(
            "密钥文件是未加保护的旧版本。",
            "密钥文件和数据库都没有改动。",
            "请管理员先加以保护，再点“重试”。",
            "station keys protect --config <设置文件> --account <工号> --recovery-sheet <新文件.pdf>",
        ),
        OpenTrouble.KEYRING_UNWRITABLE: TroubleWords(
            "密钥目录写不进去，记不下这次尝试，所以不能打开。",
            "密钥和数据都没有改动。",
            "请管理员检查磁盘空间和目录权限，再点“重试”。",
        ),
        OpenTrouble.NOT_ACTIVATED: TroubleWords(
            "本机还没有激活。",
            "本机上没有任何人的资料。",
            "请管理员用平台给的激活码设置本机。",
            "station init --config <设置文件>",
        ),
        OpenTrouble.DATABASE_MISSING: TroubleWords(
            "找不到本机的数据库文件。",
            "程序没有新建或改动任何文件。",
            "请检查数据盘是否接好，再点“重试”；确已丢失时，请管理员从备份恢复。",
            _RESTORE,
        ),
        OpenTrouble.DATABASE_DAMAGED: TroubleWords(
            "数据库文件已损坏。",
            "程序没有改动它，已上传到平台的记录不受影响。",
            "请停止使用并保留原文件，请管理员从备份恢复，或救出还能读的记录。",
            "station db salvage --config <设置文件> --account <工号>",
        ),
        OpenTrouble.LOG_BROKEN: TroubleWords(
            "记录的末尾与上次保存时不一致，可能缺失或被改动。",
            "程序没有继续写入，文件没有改动。",
            "请停止使用并保留原文件，请管理员救出可以核实的记录，或从备份恢复。",
            "station db salvage --config <设置文件> --account <工号>",
        ),
        OpenTrouble.WRONG_KEY: TroubleWords(
            "密钥与数据库文件不是一对。",
            "两个文件都没有改动。",
            "请确认两者都是本机的文件；换过盘或恢复过其中一个时，请管理员一起恢复。",
            _RESTORE,
        ),
        OpenTrouble.TOO_NEW: TroubleWords(
            "数据库由更新版本的程序写成。",
            "文件没有改动。",
            "请管理员安装新版本的程序，再打开。",
        ),
        OpenTrouble.KEYRING_OUTDATED: TroubleWords(
            "密钥文件比数据库旧。",
            "两个文件都没有改动。",
            "请管理员放回最新的密钥文件，再点“重试”。",
            "station db salvage --config <设置文件> --account <工号>",
        ),
        OpenTrouble.DISK_FULL: TroubleWords(
            "磁盘空间不足，打不开数据库。",
            "之前的数据都完好。",
            "请管理员腾出空间，再点“重试”。",
        ),
        OpenTrouble.BUSY: TroubleWords(
            "数据库正被另一个程序占用。",
            "数据没有改动。",
            "请关闭重复打开的程序，再点“重试”。",
        ),
        OpenTrouble.UNREADABLE: TroubleWords(
            "数据盘或密钥目录读写失败。",
            "程序没有改动任何文件。",
            "请检查连线和权限，再点“重试”；仍不行时请管理员检查磁盘。",
            "station db check --config <设置文件> --account <工号>",
        ),
    }
)
"""Source sentences for whoever stands before a station that does not start."""
