"""`station init`: set this machine up once, with the platform's one-time code."""

import argparse
import json
import sys
from pathlib import Path

from station.domain.people import Operator, Role
from station.services.provisioning import NewOperator, provision
from station.settings import SettingsError, load_settings
from station.store.errors import StoreError
from sync.errors import SyncError

MAX_OPERATORS_BYTES = 64 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `station init`."""
    parser.add_argument("--config", type=Path, required=True, help="settings file (TOML)")
    parser.add_argument("--code", required=True, help="one-time activation code of the platform")
    parser.add_argument(
        "--operators",
        type=Path,
        required=True,
        help='JSON list of {"id", "name", "roles", "passphrase"}; delete the file afterwards',
    )


def run(arguments: argparse.Namespace) -> int:
    """0 when the station is ready; 2 with one sentence when it is not."""
    try:
        settings = load_settings(arguments.config)
        operators = read_operators(arguments.operators.read_bytes())
        station_id = provision(settings, arguments.code, operators)
    except (SettingsError, OperatorsError) as error:
        return _refuse(str(error))
    except StoreError as error:
        return _refuse(error.sentence)
    except SyncError:
        return _refuse("激活没有成功：请核对激活码和平台地址。本机没有写入任何数据。")
    except OSError as error:
        return _refuse(f"无法读写文件：{error.strerror}。请检查路径和权限。")
    print(f"本机已激活，编号 {station_id}。")
    return 0


class OperatorsError(Exception):
    """The operators file cannot be used; the text is a sentence for the admin."""


def read_operators(content: bytes) -> list[NewOperator]:
    """Operators from the file's bytes. Raises OperatorsError."""
    try:
        if len(content) > MAX_OPERATORS_BYTES:
            raise ValueError
        return [_operator(item) for item in json.loads(content)]
    except (ValueError, TypeError, KeyError):
        # Deliberately without the cause: it could quote a passphrase.
        raise OperatorsError(
            "人员文件不能用：应为 JSON 列表，每人写 id、name、roles、passphrase（至少 8 个字符）。"
        ) from None


def _operator(item: dict[str, object]) -> NewOperator:
    names = item["roles"]
    if not isinstance(names, list):
        raise TypeError
    roles = frozenset(Role(name) for name in names)
    passphrase = str(item["passphrase"])
    if len(passphrase) < 8:
        raise ValueError
    return NewOperator(Operator(str(item["id"]), str(item["name"]), roles), passphrase)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
