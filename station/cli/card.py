"""A staff card at the command line: one reader, opened for one card and let go."""

from collections.abc import Callable
from datetime import UTC, datetime

from drivers.errors import DeviceError
from drivers.registry import open_driver
from station.services.card_sign_in import CardRead, card_read, is_pin
from station.services.status import SignInFailure, SignInRefusal
from station.settings import NO_DEVICE, Settings

_SENTENCES = {
    SignInFailure.NO_CARD_REGISTERED: "此账号还没有登记证书卡，请安全管理员登记。",
    SignInFailure.NO_CARD_READER: "读不到读卡器，请检查 devices.smart_card 和连线后再运行。",
    SignInFailure.NO_CARD: "读卡器里没有卡，请插好后再运行。",
    SignInFailure.CARD_OF_ANOTHER: "这张卡不是此账号登记的卡，PIN 没有送给它。",
    SignInFailure.CARD_PULLED: "卡在核对途中被拔出，请插好后再运行。",
    SignInFailure.PIN_MISTYPED: "PIN 是 6 至 8 位数字，这次没有送给卡。",
    SignInFailure.PIN_WRONG: "PIN 不对，请核对后再运行。",
    SignInFailure.PIN_BLOCKED: "卡已锁住，请联系发卡部门解锁。",
    SignInFailure.CARD_NOT_VALID: "卡里的证书不在有效期内，请换发。",
}


def read_card(
    settings: Settings, expected: str | None, ask: Callable[[str], str]
) -> CardRead | SignInRefusal:
    """`ask` for the PIN and let the card prove itself; `expected` is its fingerprint, if any."""
    choice = settings.smart_card
    if choice.driver == NO_DEVICE:
        return SignInRefusal(SignInFailure.NO_CARD_READER)
    pin = ask("持卡人输入 PIN：")
    if not is_pin(pin):
        return SignInRefusal(SignInFailure.PIN_MISTYPED)
    try:
        reader = open_driver("smart_card", choice.driver, choice.options, mode=settings.mode.value)
        reader.open()
        try:
            return card_read(reader, pin, expected, datetime.now(UTC))
        finally:
            reader.close()
    except DeviceError:
        return SignInRefusal(SignInFailure.NO_CARD_READER)


def card_sentence(refusal: SignInRefusal) -> str:
    """Why the card did not count, with its own count of tries."""
    left = f"还可以试 {refusal.tries_left} 次。" if refusal.tries_left else ""
    return _SENTENCES.get(refusal.failure, "这张卡不能用作证书卡，请换一张。") + left
