"""What the gate says in large letters, from its state alone."""

from dataclasses import dataclass

from station.domain.fingers import FingerPosition
from station.domain.people import Candidate
from station.services.matching import is_extrapolated_score
from station.ui.notice_words import notice_words
from station.ui.translations import translate
from station.ui.widgets.verdict_band import Verdict as BandStyle
from station.ui.words import word
from station.workflow.capture import ReaderPhase
from station.workflow.exam_entry import ExamEntry
from station.workflow.notices import Notice
from station.workflow.visit import Verdict, Visit, fingers_asked

PRESS_AGAIN = frozenset(
    {
        Notice.TRY_AGAIN,
        Notice.PRESS_OFF_CENTRE,
        Notice.PRESS_TOO_LIGHT,
        Notice.PRESS_TOO_HARD,
        Notice.PRESS_TOO_DRY,
        Notice.PRESS_TOO_WET,
        Notice.PRESS_TOO_FAST,
        Notice.PRESS_SMEARED,
        Notice.PRESS_LOW_QUALITY,
        Notice.PRESS_BAD_IMAGE,
    }
)
"""Notices that the band says as 请再按一次; all others are sentences above the task."""

IN_BAND = PRESS_AGAIN | {Notice.GO_TO_SPECIAL_LANE, Notice.ALREADY_ADMITTED}


@dataclass(frozen=True)
class BandWords:
    """Style and words of the band over the full width."""

    style: BandStyle
    words: str
    detail: str = ""


def band_words(state: ExamEntry) -> BandWords | None:
    """What the band says now; None while the person simply presses."""
    visit = state.visit
    if visit is None:
        return None
    if visit.verdict is not None:
        return _verdict_words(state, visit.verdict)
    if state.notice is Notice.GO_TO_SPECIAL_LANE:
        detail = translate("打勾的手指都可以试")
        return BandWords(BandStyle.SPECIAL_LANE, translate("请到特殊通道"), detail)
    if state.notice in PRESS_AGAIN and state.notice is not None:
        return BandWords(BandStyle.AGAIN, translate("请再按一次"), _advice(state.notice, state))
    return None


def place_words(candidate: Candidate) -> str:
    """Room and seat; a room has a number, or a name that needs no 第."""
    numbered = translate("第 {room} 考场　{seat} 号座位")
    named = translate("{room}　{seat} 号座位")
    words = numbered if candidate.room.isdecimal() else named
    return words.format(room=candidate.room, seat=candidate.seat)


def score_words(visit: Visit) -> str:
    """Score of the last press and what it had to reach.

    Marked where either lies on the part of the scale that no data of different fingers have shown.
    """
    if visit.score is None or visit.threshold is None:
        return ""
    figures = {"score": f"{visit.score:.1f}", "threshold": f"{visit.threshold:.1f}"}
    if is_extrapolated_score(max(visit.score, visit.threshold)):
        return translate("比对分 {score}／须达 {threshold}（外推）").format(**figures)
    return translate("比对分 {score}／须达 {threshold}").format(**figures)


def instruction_words(state: ExamEntry) -> str:
    """The one sentence for the person at the reader; empty when there is a verdict."""
    if state.visit is None or state.visit.verdict is not None:
        return ""
    if state.ending is not None:
        return translate("请稍候，正在拍照留证")
    phase = state.reader.phase
    if phase is ReaderPhase.WAITING:
        return _press_words(state)
    return {
        ReaderPhase.PRESENT: translate("请按住不动"),
        ReaderPhase.STORING: translate("正在保存，请稍候"),
        ReaderPhase.LIFT: translate("请抬起手指"),
        ReaderPhase.LOST: "",  # the message above says it, and what to do
    }.get(phase, translate("请稍候"))


def finger_asked(state: ExamEntry) -> FingerPosition | None:
    """The one finger to lay on the glass; None in the special lane."""
    if state.visit is None:
        return None
    asked = fingers_asked(state.visit)
    return asked[0] if len(asked) == 1 else None


def finger_words(state: ExamEntry) -> str:
    """The finger in the largest letters; a pause when none can be read now."""
    if state.ending is not None or state.reader.phase is ReaderPhase.LOST:
        return translate("请稍候")
    finger = finger_asked(state)
    words = word(finger) if finger is not None else translate("任一打勾的手指")
    return words[:1].upper() + words[1:]


def _press_words(state: ExamEntry) -> str:
    finger = finger_asked(state)
    if finger is None:
        return translate("请把任一打勾的手指放到采集仪上")
    return translate("请把{finger}放到采集仪上").format(finger=word(finger))


def _advice(notice: Notice, state: ExamEntry) -> str:
    if notice is Notice.TRY_AGAIN:
        return translate("没有比对上，还可以试 {n} 次").format(n=state.tries_left)
    said = notice_words(notice)
    return f"{said.happened}{said.to_do}"


def _verdict_words(state: ExamEntry, verdict: Verdict) -> BandWords:
    assert state.visit is not None
    visit = state.visit
    place = place_words(visit.candidate)
    match verdict:
        case Verdict.ADMITTED:
            return BandWords(BandStyle.ADMITTED, translate("准予入场"), place)
        case Verdict.REFERRED:
            reason = word(visit.referral) if visit.referral is not None else ""
            return BandWords(BandStyle.REFUSED, translate("不予入场·请找主考"), reason)
        case Verdict.CLOSED:
            detail = translate("入场时间已过，请到主考处")
            return BandWords(BandStyle.REFUSED, translate("已停止入场"), detail)
        case Verdict.ALREADY_ADMITTED:
            detail = translate("本场已有一次入场记录，请核对本人，有疑问请找主考")
            return BandWords(BandStyle.REFUSED, translate("已入场过"), detail)
