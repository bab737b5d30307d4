"""The words for every notice: what happened, what is safe, what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from station.ui.theme import Level
from station.ui.translations import translate
from station.workflow.notices import Notice


@dataclass(frozen=True)
class NoticeWords:
    """A level and up to three sentences; `safe` may be empty where nothing was at stake."""

    level: Level
    happened: str
    safe: str
    to_do: str


def notice_words(notice: Notice) -> NoticeWords:
    """The words for `notice` in the current language."""
    source = NOTICES[notice]
    return NoticeWords(
        source.level,
        translate(source.happened),
        translate(source.safe) if source.safe else "",
        translate(source.to_do) if source.to_do else "",
    )


def _done(happened: str, to_do: str, safe: str = "") -> NoticeWords:
    return NoticeWords(Level.DONE, happened, safe, to_do)


def _look(happened: str, to_do: str, safe: str = "") -> NoticeWords:
    return NoticeWords(Level.ATTENTION, happened, safe, to_do)


def _stop(happened: str, safe: str, to_do: str) -> NoticeWords:
    return NoticeWords(Level.STOP, happened, safe, to_do)


_KEPT = "已采集的数据都已保存，没有丢失。"
_FORM_KEPT = "资格审查表已保存。"
_PRESSES_KEPT = "已采集的指纹都已保存。"

_FINDING = {
    Notice.NOT_FOUND: _look(
        "没有找到这位申请人。",
        "请核对注册 ID 或证件号码后再查，或改用身份证查找。早先办完的，资料到期已从本机删除，请到平台查。",
    ),
    Notice.EMPTY_QUERY: _look(
        "还没有输入内容。", "请输入注册 ID、证件号码或姓名，或直接读身份证。"
    ),
    Notice.NUMBER_WRONG_LENGTH: _look(
        "身份证号码应为 18 位。", "请核对是否少输或多输了一位，然后再查。"
    ),
    Notice.NUMBER_WRONG_CHARACTER: _look(
        "身份证号码中有不该出现的字符。", "前 17 位只能是数字，最后一位是数字或 X，请核对后再查。"
    ),
    Notice.NUMBER_IMPOSSIBLE_DATE: _look(
        "身份证号码中的出生日期不存在。", "请核对第 7 至 14 位，然后再查。"
    ),
    Notice.NUMBER_WRONG_CHECK_DIGIT: _look(
        "身份证号码校验位不对，可能有一位输错。", "请逐位核对后再查，或改用身份证查找。"
    ),
    Notice.SEVERAL_FOUND: _look("找到不止一位申请人。", "请与本人核对后，从列表中选定一位。"),
    Notice.NO_CARD: _look("没有读到身份证。", "请把身份证平放在阅读器上，再读一次。"),
    Notice.CARD_UNREADABLE: _look(
        "这张身份证读不出来。", "请擦净证件再读一次，仍读不出时改为手工核对。"
    ),
    Notice.CARD_MOVED_AWAY: _look("身份证拿走得太早。", "请平放不动，读完后再拿走。"),
    Notice.ALREADY_SEALED: _done(
        "这位申请人已经完成现场确认，记录已封存。",
        "无需再采集，请办理下一位；记录有误时请登记更正。",
    ),
    Notice.CORRECTION_STORED: _done("更正已登记。", "封存的记录没有改动，更正会随记录上传。"),
    Notice.CAPTURED_EARLIER: _done("这位申请人往年已采集指纹。", "本次不再采集指纹，请继续。"),
    Notice.RESUMED: _done("已接着上次的进度继续。", "请先与本人核对姓名和证件。", _KEPT),
}

_DESK = {
    Notice.CONSENT_REFUSED: _stop(
        "申请人不同意采集照片和指纹，本次确认到此为止。",
        "没有采集任何照片和指纹。",
        "请结束本次确认；申请人改变主意时可重新征求同意。",
    ),
    Notice.REASON_NEEDED: _look("还没有写明原因。", "请写一句原因再继续，原因会随记录保存。"),
    Notice.CARD_DIFFERS: _stop(
        "身份证与申请信息有不一致之处。",
        "已办的步骤都已保存。",
        "请逐项核对；确系本人时写明原因继续，否则先暂停。",
    ),
    Notice.CARD_OF_ANOTHER: _stop(
        "这是另一个人的身份证。",
        "申请信息没有改动。",
        "请换成申请人本人的身份证，再读一次。",
    ),
    Notice.PHOTO_UNUSABLE: _look("照片不能用。", "请申请人坐正、看镜头，再拍一张。", _KEPT),
    Notice.FORM_FAILED: _stop(
        "资格审查表没有生成。", _KEPT, "请再生成一次；仍不成功时请联系管理员。"
    ),
    Notice.PRINT_FAILED: _stop(
        "打印没有完成。", _FORM_KEPT, "请检查打印机后再打印，或先存为文件。"
    ),
    Notice.PAPER_OUT: _stop(
        "打印机缺纸。", _FORM_KEPT, "请加 A4 纸，加好后会自动接着打印；也可以存为文件。"
    ),
    Notice.PRINTER_JAM: _stop(
        "打印机卡纸。", _FORM_KEPT, "请取出卡住的纸；没有接着打印时请再打印，或先存为文件。"
    ),
    Notice.PRINTER_SUPPLIES: _stop(
        "打印机的墨粉或墨水用完了。", _FORM_KEPT, "请更换，换好后会自动接着打印；也可以存为文件。"
    ),
    Notice.PRINTER_OPEN: _stop(
        "打印机的盖子没有关好。", _FORM_KEPT, "请关好盖子，随后会自动接着打印；也可以存为文件。"
    ),
    Notice.PRINTER_ATTENTION: _stop(
        "打印机需要处理。",
        _FORM_KEPT,
        "请看打印机上的提示，处理好后会自动接着打印；也可以存为文件。",
    ),
    Notice.PRINTER_STOPPED: _stop(
        "打印机已被暂停。",
        _FORM_KEPT,
        "请在系统的打印设置里恢复这台打印机；没有接着打印时请再打印，或先存为文件。",
    ),
    Notice.PRINTER_SETUP: _stop(
        "打印机还没有设置好。", _FORM_KEPT, "请先存为文件，并请管理员检查打印机设置。"
    ),
    Notice.PRINT_HELD: _stop(
        "这次打印被挂起了。", _FORM_KEPT, "请在系统的打印队列里让它继续，或先存为文件。"
    ),
    Notice.PRINT_SERVICE: _stop(
        "本机的打印服务没有应答。",
        _FORM_KEPT,
        "请稍候；恢复后没有接着打印时请再打印。仍不行时请存为文件，并联系管理员。",
    ),
    Notice.PRINT_CANCELLED: _stop("这次打印被取消了。", _FORM_KEPT, "请再打印一次，或先存为文件。"),
    Notice.PRINT_LOST: _stop(
        "查不到这次打印的结果。",
        _FORM_KEPT,
        "请看纸是否已经出齐；没有出齐时请再打印，或先存为文件。",
    ),
    Notice.PRINT_TAKEN_BACK: _done(
        "没印出来的文件已经撤回，加纸或开机后也不会再印。", "还需要时请再打印，或存为文件。"
    ),
    Notice.PRINT_BEGUN: _stop(
        "有文件可能已经印出，或还留在打印机里。",
        "已保存的记录都没有变化。",
        "请现在去看打印机，收走印出的纸；打印机还有任务时在它上面取消，或关掉电源。",
    ),
    Notice.PRINT_UNREACHED: _stop(
        "联系不上打印服务，没印出来的文件还没有撤回。",
        "本机会一直再试，撤回后在这里告诉您。",
        "离开以前请关掉打印机或取走它的纸，免得别人拿到；并请管理员检查打印服务（CUPS）。",
    ),
    Notice.SEAL_FAILED: _stop(
        "记录没有封存成功。", _KEPT, "请再封存一次；仍不成功时请联系管理员。"
    ),
}

_FINGERS = {
    Notice.FINGER_TIMEOUT: _look("没有感应到手指。", "请把手指平放在采集仪上。", _PRESSES_KEPT),
    Notice.LIFT_FINGER: _look("手指还在采集仪上。", "请抬起手指，再按下一次。", _PRESSES_KEPT),
    Notice.PRESS_OFF_CENTRE: _look("手指没有放正。", "请把指腹中心放在采集面中央，再按一次。"),
    Notice.PRESS_TOO_LIGHT: _look("按得太轻。", "请稍用力，再按一次。"),
    Notice.PRESS_TOO_HARD: _look("按得太重。", "请放松一些，再按一次。"),
    Notice.PRESS_TOO_DRY: _look("手指太干。", "请对手指哈一口气，再按一次。"),
    Notice.PRESS_TOO_WET: _look("手指太湿。", "请擦干手指和采集面，再按一次。"),
    Notice.PRESS_TOO_FAST: _look("手指抬得太快。", "请按住不动，听到提示音再抬起。"),
    Notice.PRESS_SMEARED: _look("手指移动了，图像模糊。", "请按住不动，再按一次。"),
    Notice.PRESS_LOW_QUALITY: _look("图像质量不够。", "请擦净手指和采集面，放正后再按一次。"),
    Notice.PRESS_BAD_IMAGE: _look(
        "采集仪送来的图像不能用。", "请再按一次；总是如此时请检查采集仪。", _PRESSES_KEPT
    ),
    Notice.PRESS_OTHER_FINGER: _look(
        "这根手指已经采集过。", "请看图示，换成亮起的手指。", _PRESSES_KEPT
    ),
    Notice.PRESS_NOT_THE_SAME_FINGER: _look(
        "与前几次按的不像同一根手指。",
        "请看图示确认手指；若前几次按错了，请重采这根手指。",
        _PRESSES_KEPT,
    ),
}

_WORLD = {
    Notice.READER_LOST: _stop("指纹采集仪已断开。", _PRESSES_KEPT, "请检查连线，接好后自动继续。"),
    Notice.READER_FAULT: _stop(
        "指纹采集仪出现故障。",
        _PRESSES_KEPT,
        "稍候会自动再试；请拔下再插上，仍不行时请联系管理员。",
    ),
    Notice.CAMERA_LOST: _stop("摄像头已断开。", _KEPT, "请检查连线，接好后再拍。"),
    Notice.CAMERA_FAULT: _stop(
        "摄像头出现故障。", _KEPT, "请拔下再插上，画面出来后再拍；仍不行时请联系管理员。"
    ),
    Notice.CARD_READER_LOST: _stop(
        "身份证阅读器已断开。", _KEPT, "请检查连线，接好后再读；也可以手工核对。"
    ),
    Notice.CARD_READER_FAULT: _stop(
        "身份证阅读器出现故障。", _KEPT, "请拔下再插上，再读一次；也可以手工核对。"
    ),
    Notice.PRINTER_LOST: _stop(
        "打印机已断开。", _KEPT, "请检查连线和电源；接通后没有自动打印时请再打印，或先存为文件。"
    ),
    Notice.DISK_FULL: _stop(
        "磁盘已满，刚才这一步没有存上。",
        "之前的数据都已保存，刚才这一步还在内存里。",
        "请不要关机，腾出磁盘空间后点“再存一次”。",
    ),
    Notice.STORE_FAILED: _stop(
        "刚才这一步没有存上。",
        "之前的数据都已保存，刚才这一步还在内存里。",
        "请不要关机，点“再存一次”；仍不成功时请联系管理员。",
    ),
    Notice.STORE_UNUSABLE: _stop(
        "本机的数据盘暂时不能读写。",
        "之前的数据都已保存。",
        "请腾出磁盘空间，或请管理员检查数据盘，然后再试一次。",
    ),
    Notice.PERSON_ERASED: _stop(
        "平台已要求删除此人的资料，不能再为其办理。",
        "本机已按要求删除，其他人的数据没有变化。",
        "请向本人说明；有疑问时请联系管理员。",
    ),
    Notice.PAYLOAD_GONE: _look(
        "这份资料已超过保存期限，本机已删除。",
        "需要查看时请到平台办理。",
        "办理记录还在，平台存有签收的资料。",
    ),
    Notice.CONFIRMATION_IS_SEALED: _stop(
        "此人的现场确认已经封存，不能再改动。",
        "刚才的内容没有保存，封存的记录没有变化。",
        "请重新查找此人；记录有误时请登记更正。",
    ),
    Notice.NOT_ALLOWED: _stop(
        "登录的账号没有这项权限。",
        "这一步没有存，之前的数据都已保存。",
        "请换有权限的人登录后再办。",
    ),
    Notice.PLATFORM_UNREACHABLE: _look(
        "暂时连不上平台。",
        "请检查网络后再试；其他工作可以照常进行。",
        "记录都存在本机，恢复后自动上传。",
    ),
}

_GATE = {
    Notice.NO_SESSION: _look("本机还没有考点数据。", "请先载入考点数据包。"),
    Notice.PACKAGE_REFUSED: _stop(
        "考点数据包没有通过检查，不能使用。",
        "本机原有的数据没有改动，以前载入的场次仍可核验。",
        "请重新载入；仍被拒绝时请向考务机构索取新的数据包。",
    ),
    Notice.CANDIDATE_UNKNOWN: _look(
        "本场没有这位考生。", "请核对准考证号，或改用身份证；仍查不到时请带到主考处。"
    ),
    Notice.SEVERAL_CANDIDATES: _look(
        "输入的几位对应不止一位考生。", "请输入完整的准考证号或证件号码，或改用身份证。"
    ),
    Notice.OTHER_SESSION: _look(
        "这是另一场考试的准考证。", "请与考生核对场次和考点；有疑问时请带到主考处。"
    ),
    Notice.GATE_CLOSED: _stop(
        "已停止入场。", "考生到达的时间已记录。", "请向考生说明，并请其到主考处。"
    ),
    Notice.ALREADY_ADMITTED: _look(
        "这位考生本场已经入场。", "请核对是否本人；有疑问时请带到主考处。"
    ),
    Notice.NO_TEMPLATE: _look("这位考生没有指纹档案。", "请带到主考处核验。"),
    Notice.TRY_AGAIN: _look("没有比对上。", "请抬起手指，放正后再按一次。"),
    Notice.GO_TO_SPECIAL_LANE: _look(
        "普通通道的次数已用完。", "请到特殊通道，六根登记过的手指都可以试。"
    ),
}

_REVIEW = {
    Notice.OWN_CONFIRMATION: _stop(
        "您办理过此人的现场确认，不能审核自己办的记录。",
        "记录没有变化，仍在待审列表里。",
        "请另一位审核人员审核。",
    ),
    Notice.DECISION_STORED: _done("审核结论已保存。", "请继续下一份。"),
}

NOTICES: Mapping[Notice, NoticeWords] = MappingProxyType(
    {**_FINDING, **_DESK, **_FINGERS, **_WORLD, **_GATE, **_REVIEW}
)
"""Chinese source words of every notice."""
