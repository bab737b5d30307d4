"""The verdict on the trail in plain words, for the command line and the screen alike."""

from collections.abc import Iterator, Sequence

from station.store.chain import ChainFault, ChainReport, Fault, HeadWitness

MAX_TOLD = 20

FAULTS: dict[Fault, str] = {
    Fault.ALTERED: "内容与保存时不一致，被改动过",
    Fault.UNLINKED: "与前一条接不上，前面有记录被改动、删除或调换",
    Fault.MISSING: "前面缺少记录",
    Fault.OUT_OF_ORDER: "次序颠倒",
    Fault.FOREIGN: "不是本工作站写的",
    Fault.FORGED_SIGNATURE: "签名不是应签者的，是伪造或被改写的",
    Fault.UNSIGNED: "自此以后没有本站的签名，可能整段重写过",
    Fault.CUT_OFF: "自此以后的记录被截去（本站的签名存根或平台回执记有更多）",
    Fault.REPLACED: "与本站签名存根所记的不是同一条，被重写过",
    Fault.PRESS_UNLINKED: "同一人的指纹按压前后接不上，有按压被调换、删除或改序",
    Fault.EVIDENCE: "所附的图像或材料被调换、改动，或未经登记就不见了",
}
WITNESS: dict[HeadWitness, str] = {
    HeadWitness.NOT_ASKED: "没有核对签名存根。",
    HeadWitness.SILENT: "签名存根文件缺失或不可读，不能据此判断末尾是否被截去。",
    HeadWitness.EARLIER_LIFE: "签名存根是恢复或抢救以前的，不适用于现在的记录。",
    HeadWitness.AGREES: "与密钥目录里的签名存根一致。",
    HeadWitness.CONTRADICTS: "与密钥目录里的签名存根不一致。",
}


def fault_sentences(faults: Sequence[ChainFault]) -> Iterator[str]:
    """One sentence a fault, the first of them only when there are very many."""
    for fault in faults[:MAX_TOLD]:
        yield f"第 {fault.position} 条：{FAULTS[fault.kind]}。"
    if len(faults) > MAX_TOLD:
        yield f"另有 {len(faults) - MAX_TOLD} 处。"


def verdict_sentences(report: ChainReport) -> Iterator[str]:
    """The whole verdict: what was read, what was found, what vouches for it."""
    yield f"共核对 {report.events} 条，签名覆盖到第 {report.last_signed} 条。"
    yield WITNESS[report.witness]
    if report.receipts:
        yield f"平台回执 {report.receipts} 份，签名有效。"
    if report.lost:
        yield f"有 {report.lost} 条在抢救损坏的数据库时丢失，已由本站签名申明，不算改动。"
    yield from fault_sentences(report.faults)
    if report.intact and report.events and report.witness.is_missing:
        yield "结论：核对到的记录没有发现问题；没有可用的签名存根，末尾是否被截去请与平台核对。"
    elif report.intact:
        yield "结论：记录完整，没有发现改动、删除、调换或截断。"
    else:
        yield (
            f"结论：发现 {len(report.faults)} 处问题。"
            "请保留数据文件和密钥目录原样，停止使用本机，并报告安全管理员。"
        )
