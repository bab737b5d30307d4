"""What the start is doing now, for the line beside the ring."""

from station.services.unlock_state import UnlockStage
from station.ui.translations import translate


def progress_words(stage: UnlockStage) -> str:
    """Empty while it waits for a person."""
    match stage:
        case UnlockStage.READING:
            return translate("正在读取密钥文件…")
        case UnlockStage.CHECKING:
            return translate("正在核对…")
        case UnlockStage.OPENING | UnlockStage.OPEN:
            return translate("正在打开数据库…")
        case UnlockStage.SAVING:
            return translate("正在保存…")
        case _:
            return ""
