"""What an entry of the trail says in plain words. Nothing here names a person the station serves."""

from collections.abc import Mapping

from station.domain import audit
from station.domain.facts import ConfirmationCorrected, GateReferred, ReviewDecided
from station.services.audit import AuditEntry
from station.services.audit_words import FAULTS, MAX_TOLD, WITNESS
from station.store.chain import ChainReport
from station.ui.translations import translate
from station.ui.words import word

KINDS: Mapping[str, tuple[str, ...]] = {
    "登录与权限": (
        "operator_signed_in",
        "operator_signed_out",
        "sign_in_refused",
        "second_person_approved",
        "action_refused",
        "case_handed_over",
        "post_changed",
        "rights_changed",
    ),
    "查看与查找": ("record_viewed", "record_searched"),
    "现场确认": (
        "applicant_found",
        "consent_given",
        "consent_refused",
        "document_checked",
        "identity_compared",
        "photo_taken",
        "press_captured",
        "finger_restarted",
        "finger_excepted",
        "form_issued",
        "form_delivered",
        "form_signed",
        "confirmation_sealed",
        "confirmation_corrected",
        "review_decided",
    ),
    "考试入场": (
        "site_package_taken",
        "candidate_selected",
        "gate_attempt",
        "gate_lane_changed",
        "gate_admitted",
        "gate_referred",
        "gate_closed",
    ),
    "密钥、备份与检查": (
        "keys_changed",
        "recovery_used",
        "backup_made",
        "backup_failed",
        "backup_drilled",
        "database_checked",
        "store_salvaged",
        "store_restored",
    ),
    "导出、打印与删除": (
        "exported",
        "document_printed",
        "retention_run",
        "payloads_deleted",
        "person_erased",
        "support_bundle_made",
        "quarantine_released",
    ),
    "程序、时钟与签名": ("station_started", "station_stopped", "clock_jumped", "log_signed"),
}

WHAT: Mapping[str, str] = {
    "operator_signed_in": "登录",
    "operator_signed_out": "退出或锁屏",
    "sign_in_refused": "登录被拒绝",
    "second_person_approved": "请第二人确认，已同意",
    "action_refused": "无权办理，被拒绝",
    "case_handed_over": "接手他人办理的申请人",
    "post_changed": "切换岗位",
    "rights_changed": "变更人员权限",
    "record_viewed": "打开了个人记录",
    "record_searched": "查找人员",
    "applicant_found": "开始办理现场确认",
    "consent_given": "登记本人同意",
    "consent_refused": "登记本人不同意",
    "document_checked": "查验证件材料",
    "identity_compared": "核对身份",
    "photo_taken": "拍摄照片",
    "press_captured": "采集一次指纹",
    "finger_restarted": "重采一根手指",
    "finger_excepted": "登记手指例外",
    "form_issued": "生成资格审查表",
    "form_delivered": "交付资格审查表",
    "form_signed": "登记本人签字",
    "confirmation_sealed": "封存现场确认",
    "confirmation_corrected": "登记更正",
    "review_decided": "作出审核结论",
    "site_package_taken": "接收考点数据包",
    "candidate_selected": "选定考生",
    "gate_attempt": "比对一次指纹",
    "gate_lane_changed": "转入另一通道",
    "gate_admitted": "准予入场",
    "gate_referred": "转交负责人",
    "gate_closed": "停止入场后到达",
    "keys_changed": "变更密钥保管",
    "recovery_used": "用恢复密钥打开本机",
    "backup_made": "完成备份",
    "backup_failed": "备份没有做成",
    "backup_drilled": "恢复演练",
    "database_checked": "核对数据",
    "store_salvaged": "从损坏的数据库抢救",
    "store_restored": "从备份恢复",
    "exported": "导出",
    "document_printed": "打印或存为文件",
    "retention_run": "按保存期限清理",
    "payloads_deleted": "删除到期资料",
    "person_erased": "按要求删除个人资料",
    "support_bundle_made": "生成技术支持包",
    "quarantine_released": "重新上传平台退回的记录",
    "station_started": "程序启动",
    "station_stopped": "程序退出",
    "clock_jumped": "系统时钟被调整",
    "log_signed": "本站签名",
}
UNKNOWN = "其他事项"

_PLACES: Mapping[audit.ViewPlace, str] = {
    audit.ViewPlace.DESK: "现场确认",
    audit.ViewPlace.REVIEW: "资格审核",
    audit.ViewPlace.GATE: "考试入场",
    audit.ViewPlace.FORM: "资格审查表",
    audit.ViewPlace.PRIVACY: "个人信息",
    audit.ViewPlace.ADMIN: "管理",
}
_POSTS: Mapping[str, str] = {
    "desk": "现场确认",
    "review": "资格审核",
    "gate": "考试入场",
    "admin": "管理",
}
_REFUSALS: Mapping[audit.RefusalReason, str] = {
    audit.RefusalReason.WRONG: "口令不对",
    audit.RefusalReason.LOCKED: "多次不对，仍须等待",
    audit.RefusalReason.UNKNOWN: "没有这个账号",
    audit.RefusalReason.DISABLED: "账号已停用",
    audit.RefusalReason.SAME_PERSON: "第二人与本人相同",
    audit.RefusalReason.WITHOUT_RIGHT: "没有这项权限",
    audit.RefusalReason.UNAVAILABLE: "暂时不能核对",
    audit.RefusalReason.CARD_WRONG: "证书卡不对",
    audit.RefusalReason.CARD_OF_ANOTHER: "是别人的证书卡",
    audit.RefusalReason.CARD_PULLED: "证书卡被拔出",
    audit.RefusalReason.PIN_WRONG: "PIN 不对",
    audit.RefusalReason.PIN_BLOCKED: "证书卡已锁死",
}
_LEAVINGS: Mapping[audit.SignOutReason, str] = {
    audit.SignOutReason.ASKED: "本人退出",
    audit.SignOutReason.IDLE: "无人操作自动锁屏",
    audit.SignOutReason.HANDOVER: "交班",
    audit.SignOutReason.CLOSED: "程序退出",
    audit.SignOutReason.RIGHTS_CHANGED: "账号停用或岗位有变",
}
_NO_BACKUP: Mapping[audit.BackupTrouble, str] = {
    audit.BackupTrouble.PLACE_GONE: "找不到备份位置",
    audit.BackupTrouble.PLACE_FULL: "备份位置空间不足",
    audit.BackupTrouble.PLACE_UNWRITABLE: "备份位置写入失败",
    audit.BackupTrouble.STORE: "数据库读取失败",
}
_CHANGES: Mapping[audit.KeyChange, str] = {
    audit.KeyChange.PASSPHRASE_SET: "设置口令",
    audit.KeyChange.CARD_SET: "登记证书卡",
    audit.KeyChange.CARD_REMOVED: "注销证书卡",
    audit.KeyChange.MACHINE_SET: "设置无人值守开启",
    audit.KeyChange.SLOT_REMOVED: "收回一种开启方式",
    audit.KeyChange.RECOVERY_RENEWED: "更换恢复密钥",
    audit.KeyChange.RING_RENEWED: "更换密钥环",
    audit.KeyChange.DATABASE_KEY_ROTATED: "更换数据库密钥",
}


def entry_words(entry: AuditEntry) -> str:
    """What was done, with what matters of it."""
    what = translate(WHAT.get(entry.type, UNKNOWN))
    if entry.type not in WHAT:
        return f"{what} ({entry.type})"
    detail = _detail(entry)
    return f"{what} · {detail}" if detail else what


def _detail(entry: AuditEntry) -> str:
    match entry.fact:
        case audit.RecordViewed(place=place):
            return translate(_PLACES[place])
        case audit.RecordSearched(place=place, results=results):
            return translate("{place}，找到 {n} 人").format(
                place=translate(_PLACES[place]), n=results
            )
        case audit.SitePackageTaken(people=people):
            return translate("{n} 人").format(n=people)
        case audit.SignInRefused(reason=reason, claimed=claimed):
            return " ".join(filter(None, (translate(_REFUSALS[reason]), claimed)))
        case audit.OperatorSignedOut(reason=reason):
            return translate(_LEAVINGS[reason])
        case audit.BackupFailed(reason=reason):
            return translate(_NO_BACKUP[reason])
        case audit.KeysChanged(change=change, operator=operator):
            return " ".join(filter(None, (translate(_CHANGES[change]), operator)))
        case audit.RightsChanged(operator=operator):
            return operator
        case audit.SecondPersonApproved(approver=approver):
            return approver
        case audit.PostChanged(post=post):
            return translate(_POSTS.get(post, post))
        case audit.DatabaseChecked(kind=audit.CheckKind.HEAD):
            return translate("签名存根缺失或不可读")
        case audit.DatabaseChecked(passed=passed) | audit.BackupDrilled(passed=passed):
            return translate("通过") if passed else translate("没有通过")
        case audit.ClockJumped(jump_ms=jump_ms):
            return translate("{s} 秒").format(s=f"{jump_ms / 1000:+.0f}")
        case audit.LogSigned(position=position):
            return translate("到第 {n} 条").format(n=position)
        case audit.Exported(count=count):
            return translate("{n} 条").format(n=count)
        case audit.StationStarted(version=version):
            return version
        case ConfirmationCorrected(part=part):
            return word(part)
        case GateReferred(reason=reason):
            return word(reason)
        case ReviewDecided(decision=decision):
            return word(decision)
        case _:
            return ""


def verdict_lines(report: ChainReport) -> list[str]:
    """What a check read and found, a line each; the first of very many faults only."""
    lines = [
        translate("共核对 {n} 条，签名覆盖到第 {last} 条。").format(
            n=report.events, last=report.last_signed
        ),
        translate(WITNESS[report.witness]),
    ]
    if report.receipts:
        lines.append(translate("平台回执 {n} 份，签名有效。").format(n=report.receipts))
    if report.lost:
        lost = translate("有 {n} 条在抢救损坏的数据库时丢失，已由本站签名申明。")
        lines.append(lost.format(n=report.lost))
    for fault in report.faults[:MAX_TOLD]:
        words = translate(FAULTS[fault.kind])
        lines.append(translate("第 {n} 条：{what}").format(n=fault.position, what=words))
    return lines
