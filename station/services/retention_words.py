"""Kinds of personal data and how they stand, as the pages and the commands call them."""

from collections.abc import Mapping

from station.domain.retention import Kind, State

KINDS: Mapping[Kind, str] = {
    Kind.FINGER_IMAGES: "指纹图像",
    Kind.TEMPLATES: "指纹特征",
    Kind.SITE_PHOTOS: "现场照片",
    Kind.DOCUMENT_COPIES: "证件影印件",
    Kind.FORMS: "资格审查表文件",
    Kind.NOTES: "文字说明",
    Kind.GATE_IMPRESSIONS: "入场指纹图像",
    Kind.GATE_PHOTOS: "入场照片",
    Kind.SITE_PACKAGE: "考点数据包",
    Kind.ROSTER: "报名资料",
    Kind.EVENTS: "办理记录",
    Kind.AUDIT: "审计记录",
    Kind.BACKUPS: "加密备份",
    Kind.EXPORTS: "导出文件",
}
STATES: Mapping[State, str] = {
    State.OPEN: "还没有办完",
    State.ACKNOWLEDGED: "平台已签收",
    State.EXAM_OVER: "考试场次结束后",
    State.WITHDRAWN: "本人撤回",
    State.CLEARED: "清退",
    State.KEPT: "按期保存",
}
