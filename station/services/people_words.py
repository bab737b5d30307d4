"""What is said of people and their roles, on the screen and on the command line."""

from collections.abc import Mapping
from types import MappingProxyType

from station.domain.people import Role
from station.services.people_changes import PeopleRefusal

ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.DESK_CLERK: "确认岗",
        Role.REVIEW_OFFICER: "审核岗",
        Role.GATE_CLERK: "入场岗",
        Role.GATE_CHIEF: "主考",
        Role.EXAM_ORGANISER: "考务负责人",
        Role.SYSTEM_ADMIN: "系统管理员",
        Role.SECURITY_ADMIN: "安全管理员",
        Role.AUDITOR: "审计员",
    }
)
REFUSALS: Mapping[PeopleRefusal, str] = MappingProxyType(
    {
        PeopleRefusal.NOT_ALLOWED: "您没有这项权限，什么都没有改动，请安全管理员办理。",
        PeopleRefusal.BAD_ID: "账号只用字母、数字和 _ . : -，最多 64 个，没有改动，请换一个。",
        PeopleRefusal.ID_TAKEN: "这个账号已经有人用过，没有改动，请换一个。",
        PeopleRefusal.NAME_TAKEN: (
            "这个姓名已有账号，没有改动。一人只用一个账号；同名的另一人请在姓名后写明部门。"
        ),
        PeopleRefusal.BAD_NAME: "姓名须为一行文字，最多 40 个字，没有改动，请改正。",
        PeopleRefusal.NO_ROLES: "至少要有一个岗位，没有改动，请选择岗位。",
        PeopleRefusal.ROLES_CONFLICT: "三种管理员须由不同的人担任，也不兼任其他岗位，没有改动。",
        PeopleRefusal.UNKNOWN: "没有这个账号，什么都没有改动，请核对。",
        PeopleRefusal.CLOSED: "这个账号已停用，没有改动；要恢复时请重置口令。",
        PeopleRefusal.SELF: (
            "不能停用自己的账号或改自己的岗位，没有改动，请另一位安全管理员办理。"
        ),
        PeopleRefusal.LAST_SECURITY_ADMIN: "本机须至少留一位安全管理员，没有改动，请先增加一位。",
        PeopleRefusal.CARD_TAKEN: "这张卡已登记给另一个账号，没有改动，请换一张。",
        PeopleRefusal.STORE_FAILED: "密钥或数据写不进去，这项改动没有办完，请检查磁盘后再办一次。",
    }
)


def role_name(role: Role) -> str:
    """A role as people call it."""
    return ROLES[role]
