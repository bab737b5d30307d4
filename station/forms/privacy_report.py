"""What a station holds, for the file of the person responsible: a table that names nobody."""

from collections.abc import Sequence

from station.forms.blocks import CENTRE, Block, Space, Text, table_row
from station.forms.document import Document, paginate
from station.forms.dressing import RUNNING_HEAD, PageDressing
from station.forms.paper import Setting, mm

TITLE = Setting(20, bold=True, align=CENTRE)
BODY = Setting(10.5)
HEAD = Setting(9, bold=True)
CELL = Setting(9)
HEADS = ("资料", "情形", "数量", "保存期限与理由", "到期")
SHARES = (1.0, 1.1, 1.1, 2.2, 1.1)
NAME = "个人信息保存情况报告"


def privacy_report(facts: Sequence[str], rows: Sequence[Sequence[str]]) -> Document:
    """`facts` stand above the table one under the other; `rows` have a text for each of `HEADS`."""
    blocks: list[Block] = [Space(mm(2)), Text(NAME, TITLE), Space(mm(6))]
    for fact in facts:
        blocks += [Text(fact, BODY), Space(mm(1))]
    blocks += [Space(mm(3)), table_row(HEADS, SHARES, HEAD)]
    blocks += [table_row(row, SHARES, CELL) for row in rows]
    dressing = PageDressing(NAME, "", "", "不含任何人的姓名和号码")
    return Document(NAME, paginate(blocks, RUNNING_HEAD), dressing)
