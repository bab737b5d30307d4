"""`station init`: set this machine up once, with the platform's one-time code."""

import argparse
import json
import re
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from station.assets import AssetMissing, asset
from station.cli.disk_words import disk_sentence
from station.cli.recovery_check import Unconfirmed, add_sheet_argument, confirm_words
from station.domain.passphrases import weakness
from station.domain.people import Operator, Role
from station.domain.rights import conflicts
from station.forms.alone import ready_to_draw
from station.forms.errors import FormError, TypefaceError
from station.services.provisioning import NewOperator, check_free, finish, provision
from station.services.recovery_sheets import sheet_of, write_sheet
from station.settings import Mode, Settings, SettingsError, load_settings
from station.store.errors import StoreError
from station.store.keyring import RecoveryKey, measured_cost
from sync.errors import HubFailing, HubTimeout, HubUnreachable, SyncError

MAX_OPERATORS_BYTES = 64 * 1024
# Every event carries the id of who did it, in this alphabet; the program itself signs as SYSTEM.
_OPERATOR_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
SYSTEM = "system"
FINISHED = (
    "上次激活在最后一步中断，现已补完，激活码没有用掉，可以启动工作站。"
    "恢复密钥页是上次写的那一页；如果已不在手边，请由安全管理员启动后更换恢复密钥。"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station init`."""
    parser.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    parser.add_argument("--code", required=True, help="one-time activation code of the platform")
    parser.add_argument(
        "--operators",
        type=Path,
        required=True,
        help='JSON list of {"id", "name", "roles", "passphrase"}; - reads standard input',
    )
    add_sheet_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when the station is ready; 2 with one sentence when it is not."""
    try:
        settings = load_settings(arguments.config)
        if finish(settings):
            print(FINISHED)
            return 0
        operators = read_operators(_content(arguments.operators), settings.mode)
        check_free(settings)
        station_id = _set_up(settings, arguments.code, operators, arguments.recovery_sheet)
    except (SettingsError, OperatorsError, AssetMissing, TypefaceError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except (HubUnreachable, HubTimeout, HubFailing):
        return _refuse("平台没有应答，激活没有成功：请检查网络和平台地址后再试，本机没有写入数据。")
    except SyncError:
        return _refuse(
            "激活没有成功：请核对激活码和平台地址，本机没有写入数据。"
            "激活码只能用一次，用过的请向平台要新的。"
        )
    except FormError:
        return _refuse("恢复密钥页画不出来，本机没有写入数据，请联系维护人员。")
    except Unconfirmed:
        return _refuse("恢复密钥没有核对成功，本机没有写入数据，激活码没有用掉，请重新运行。")
    except FileExistsError:
        return _refuse("恢复密钥页要写的位置已有同名文件，没有覆盖它，请另选文件名再运行。")
    except OSError as error:
        return _refuse(disk_sentence(error))
    print(f"本机已激活，编号 {station_id}。")
    print(f"恢复密钥在 {arguments.recovery_sheet}：请打印后放进保险柜，并删除这个文件。")
    return 0


def _content(operators: Path) -> bytes:
    if str(operators) == "-":
        return sys.stdin.buffer.read(MAX_OPERATORS_BYTES + 1)
    with operators.open("rb") as file:
        return file.read(MAX_OPERATORS_BYTES + 1)


def _set_up(settings: Settings, code: str, operators: list[NewOperator], sheet: Path) -> str:
    """The sheet comes first: no station is ever set up whose recovery key nobody has."""
    recovery = RecoveryKey.random()
    application = ready_to_draw(asset("fonts"))
    write_sheet(sheet, sheet_of(recovery, settings, "", f"{datetime.now(UTC):%Y-%m-%d}"))
    del application
    try:
        if sys.stdin.isatty():
            confirm_words(recovery.words, sheet)
        return provision(settings, code, operators, recovery, measured_cost())
    except BaseException:
        # A sheet that opens nothing would only be taken for one that does.
        sheet.unlink(missing_ok=True)
        raise


class OperatorsError(Exception):
    """The operators file cannot be used; the text is a sentence for the admin."""


def read_operators(content: bytes, mode: Mode = Mode.LIVE) -> list[NewOperator]:
    """Operators from the file's bytes. Raises OperatorsError.

    In a simulation, and nowhere else, an item may say `"practice": true`: its passphrase is told
    to everybody and need not be changed, for there is nobody's data behind it.
    """
    try:
        if len(content) > MAX_OPERATORS_BYTES:
            raise ValueError
        operators = [_operator(item, mode) for item in json.loads(content)]
        if not operators or len({one.operator.operator_id for one in operators}) < len(operators):
            raise ValueError
        return operators
    except (ValueError, TypeError, KeyError, RecursionError):
        # Deliberately without the cause: it could quote a passphrase.
        raise OperatorsError(
            "人员文件不能用：应为 JSON 列表，至少一人，id 用字母和数字、各不相同，"
            "每人写 id、name、roles（三种管理员不兼任别的岗位）、"
            "passphrase（10 至 200 个字符，不要太好猜），改好后再运行，激活码没有用掉。"
        ) from None


def _operator(item: dict[str, object], mode: Mode) -> NewOperator:
    roles, texts = item["roles"], [item[key] for key in ("id", "name", "passphrase")]
    if not (isinstance(roles, list) and roles and all(map(_is_text, texts))):
        raise TypeError
    practice = item.get("practice", False)
    if practice not in (False, True) or (practice and mode is not Mode.SIMULATION):
        raise ValueError
    operator_id, name, passphrase = map(str, texts)
    if not _OPERATOR_ID.fullmatch(operator_id) or operator_id == SYSTEM:
        raise ValueError
    operator = Operator(operator_id, name, frozenset(Role(role) for role in roles))
    if conflicts(operator.roles) or weakness(passphrase, operator) is not None:
        raise ValueError
    # It stood in a file that somebody else wrote: its holder chooses another at the first sign-in.
    return NewOperator(operator, passphrase, must_change=not practice)


def _is_text(value: object) -> bool:
    """One line that can be encoded: JSON can spell control characters and half a surrogate pair."""
    return (
        isinstance(value, str)
        and bool(value.strip())
        and not any(unicodedata.category(character) in ("Cc", "Cs") for character in value)
    )


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
