"""The words for every value that a screen shows: steps, fingers, documents, devices and people."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from station.domain.documents import DocumentFinding, DocumentKind
from station.domain.facts import (
    CorrectedPart,
    FingerException,
    FormOutput,
    FoundBy,
    IdentityResult,
    Lane,
    ReferralReason,
    ReviewDecision,
)
from station.domain.fingers import FingerPosition
from station.domain.identity_document import ComparedField
from station.domain.people import Role
from station.domain.photo_rules import PhotoWarning
from station.domain.retention import Kind, State, Trust
from station.services.people_changes import PeopleRefusal
from station.services.people_words import REFUSALS, ROLES
from station.services.retention_words import KINDS, STATES
from station.services.status import SignInFailure, SyncProblem
from station.ui.translations import translate
from station.workflow.desk_state import Waiting
from station.workflow.inputs import DeviceKind
from station.workflow.progress import DeskStep


def word(member: Enum) -> str:
    """The word for an enum member in the current language."""
    return translate(WORDS[type(member)][member])


def short_finger(position: FingerPosition) -> str:
    """A short caption such as 左拇, for the dots."""
    return translate(SHORT_FINGERS[position])


SHORT_FINGERS: Mapping[FingerPosition, str] = MappingProxyType(
    {
        FingerPosition.RIGHT_THUMB: "右拇",
        FingerPosition.RIGHT_INDEX: "右食",
        FingerPosition.RIGHT_MIDDLE: "右中",
        FingerPosition.RIGHT_RING: "右环",
        FingerPosition.RIGHT_LITTLE: "右小",
        FingerPosition.LEFT_THUMB: "左拇",
        FingerPosition.LEFT_INDEX: "左食",
        FingerPosition.LEFT_MIDDLE: "左中",
        FingerPosition.LEFT_RING: "左环",
        FingerPosition.LEFT_LITTLE: "左小",
    }
)

WORDS: Mapping[type[Enum], Mapping[Any, str]] = MappingProxyType(
    {
        DeskStep: {
            DeskStep.FIND: "查找申请人",
            DeskStep.CONSENT: "告知与同意",
            DeskStep.DOCUMENTS: "核对材料",
            DeskStep.IDENTITY: "核验身份",
            DeskStep.PHOTO: "拍摄照片",
            DeskStep.FINGERS: "采集指纹",
            DeskStep.FORM: "打印资格审查表",
            DeskStep.SIGN: "申请人签字",
            DeskStep.SEAL: "封存记录",
            DeskStep.SEALED: "完成",
        },
        Waiting: {
            Waiting.SEARCH: "正在查找…",
            Waiting.CARD: "正在读身份证…",
            Waiting.CASE: "正在打开记录…",
            Waiting.CAMERA: "正在拍照…",
            Waiting.FORM: "正在生成资格审查表…",
            Waiting.PRINTER: "正在打印…",
            Waiting.SEAL: "正在封存…",
            Waiting.DISK: "正在保存…",
        },
        FingerPosition: {
            FingerPosition.RIGHT_THUMB: "右手拇指",
            FingerPosition.RIGHT_INDEX: "右手食指",
            FingerPosition.RIGHT_MIDDLE: "右手中指",
            FingerPosition.RIGHT_RING: "右手无名指",
            FingerPosition.RIGHT_LITTLE: "右手小指",
            FingerPosition.LEFT_THUMB: "左手拇指",
            FingerPosition.LEFT_INDEX: "左手食指",
            FingerPosition.LEFT_MIDDLE: "左手中指",
            FingerPosition.LEFT_RING: "左手无名指",
            FingerPosition.LEFT_LITTLE: "左手小指",
        },
        DocumentKind: {
            DocumentKind.IDENTITY_CARD: "居民身份证",
            DocumentKind.DEGREE_CERTIFICATE: "学士学位证书",
            DocumentKind.GRADUATION_CERTIFICATE: "毕业证书",
        },
        DocumentFinding: {
            DocumentFinding.ORIGINAL_SEEN: "已看原件",
            DocumentFinding.COPY_KEPT: "已收复印件",
            DocumentFinding.MISMATCH: "不一致",
        },
        ComparedField: {
            ComparedField.NAME: "姓名",
            ComparedField.NUMBER: "证件号码",
            ComparedField.SEX: "性别",
            ComparedField.BIRTH_DATE: "出生日期",
        },
        CorrectedPart: {
            CorrectedPart.PERSON: "个人信息",
            CorrectedPart.DOCUMENTS: "证件材料",
            CorrectedPart.IDENTITY: "身份核对",
            CorrectedPart.PHOTO: "现场照片",
            CorrectedPart.FINGERS: "指纹",
            CorrectedPart.FORM: "资格审查表",
        },
        FingerException: {
            FingerException.MISSING: "手指缺失",
            FingerException.INJURED: "手指受伤",
            FingerException.UNREADABLE: "无法采集",
        },
        IdentityResult: {
            IdentityResult.SAME: "身份证与申请信息一致",
            IdentityResult.DIFFERENCE_EXPLAINED: "有不一致，已说明原因",
            IdentityResult.CHECKED_BY_HAND: "手工核对",
        },
        FoundBy: {
            FoundBy.REGISTRATION_ID: "注册 ID",
            FoundBy.IDENTITY_CARD: "身份证",
            FoundBy.NAME: "姓名",
            FoundBy.TICKET: "准考证",
            FoundBy.SEAT: "座位",
            FoundBy.RESUMED: "接着办理",
        },
        FormOutput: {FormOutput.PRINTED: "已打印", FormOutput.SAVED: "已存为文件"},
        ReviewDecision: {ReviewDecision.APPROVED: "通过", ReviewDecision.REJECTED: "不通过"},
        Lane: {Lane.NORMAL: "普通通道", Lane.SPECIAL: "特殊通道"},
        ReferralReason: {
            ReferralReason.NO_MATCH: "指纹没有比对上",
            ReferralReason.NO_TEMPLATE: "没有指纹档案",
            ReferralReason.READER_FAILED: "采集仪不能用",
        },
        DeviceKind: {
            DeviceKind.READER: "指纹采集仪",
            DeviceKind.CAMERA: "摄像头",
            DeviceKind.CARD_READER: "身份证阅读器",
            DeviceKind.PRINTER: "打印机",
            DeviceKind.SMART_CARD: "证书卡读卡器",
        },
        PhotoWarning: {
            PhotoWarning.TOO_DARK: "照片太暗，请加光或检查镜头",
            PhotoWarning.TOO_BRIGHT: "照片太亮，请减弱灯光",
            PhotoWarning.TOO_SOFT: "照片不清晰，请坐稳后重拍",
            PhotoWarning.BACKGROUND_UNEVEN: "背景不均匀，请去掉阴影和杂物",
            PhotoWarning.BACKGROUND_COLOUR: "背景不是白色或蓝色",
            PhotoWarning.HEAD_NOT_FOUND: "没有找到人像，请坐到镜头前",
            PhotoWarning.HEAD_TOO_SMALL: "头像偏小，请坐近一点",
            PhotoWarning.HEAD_TOO_LARGE: "头像偏大，请坐远一点",
            PhotoWarning.HEAD_OFF_CENTRE: "头像不在中间，请对准椭圆框",
        },
        SyncProblem: {
            SyncProblem.UNREACHABLE: "连不上平台",
            SyncProblem.TIMEOUT: "平台没有及时回应",
            SyncProblem.FAILING: "平台出错",
            SyncProblem.NONSENSE: "平台回应无法理解",
            SyncProblem.REFUSED: "平台拒绝",
            SyncProblem.STORE_FAILED: "本机磁盘写不进",
        },
        SignInFailure: {
            SignInFailure.WRONG: "口令不对，请再输一次。",
            SignInFailure.SAME_PERSON: "须由另一位工作人员确认，请换一个人。",
            SignInFailure.NOT_ALLOWED: "此账号没有这项权限，请换一个人。",
            SignInFailure.MUST_CHANGE: "其口令是一次性的，不能用来确认。请本人先登录改成自己的口令。",
            SignInFailure.LOCKED: "输错次数过多，请稍候再试；口令没有改动。",
            SignInFailure.UNAVAILABLE: "本机的密钥或数据暂时读不了，没有登录。请联系系统管理员。",
            SignInFailure.NO_CARD_REGISTERED: "此账号还没有登记证书卡，请安全管理员登记。",
            SignInFailure.NO_CARD_READER: "读不到读卡器，请检查连线后再试。",
            SignInFailure.NO_CARD: "读卡器里没有卡，请插入自己的证书卡后再试。",
            SignInFailure.CARD_UNREADABLE: "这张卡读不出证书，请换自己的证书卡。",
            SignInFailure.CARD_OF_ANOTHER: "这张卡不是此账号登记的卡，PIN 没有送给它。请换自己的卡。",
            SignInFailure.CARD_NOT_VALID: "卡里的证书不在有效期内，请联系发卡部门换发。",
            SignInFailure.CARD_REFUSED: "卡的签名没有通过核对，没有登录。请联系安全管理员。",
            SignInFailure.CARD_PULLED: "卡在核对途中被拔出，请插好后再试。",
            SignInFailure.PIN_MISTYPED: "PIN 是 6 至 8 位数字，这次没有送给卡，请重新输入。",
            SignInFailure.PIN_WRONG: "PIN 不对，请再输一次。",
            SignInFailure.PIN_BLOCKED: "卡已锁住，请联系发卡部门解锁。",
            SignInFailure.PASSPHRASE_SHORT: "口令至少 10 个字符，没有改动，请换一个长一些的。",
            SignInFailure.PASSPHRASE_LONG: "口令最多 200 个字符，没有改动，请换一个短一些的。",
            SignInFailure.PASSPHRASE_NAME: "口令不能就是自己的账号或姓名，没有改动，请换一个。",
            SignInFailure.PASSPHRASE_COMMON: "这个口令太容易猜到，没有改动，请换一个。",
            SignInFailure.PASSPHRASE_SAME: "新口令与原来的相同，没有改动，请换一个。",
        },
        Kind: dict(KINDS),
        State: dict(STATES),
        Trust: {
            Trust.PLATFORM: "平台当前时间",
            Trust.RECEIPT: "平台最后一次签收的时间（未连平台）",
            Trust.CLOCKS_DISAGREE: "本机时钟与平台不符，暂停清理",
            Trust.NOTHING: "还没有连上过平台，暂停清理",
        },
        Role: dict(ROLES),
        PeopleRefusal: dict(REFUSALS),
    }
)
"""Chinese source words, one table for each kind of value."""
