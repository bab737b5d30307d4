"""The posts of a station: who may work at which, and the task that belongs to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from station.domain.people import Role
from station.domain.rights import Action, may
from station.settings import Settings
from station.ui.screens.admin.admin import AdminTask
from station.ui.screens.admin.pages import PAGES
from station.ui.screens.base import Task
from station.ui.screens.desk import DeskTask
from station.ui.screens.gate import GateTask
from station.ui.screens.review import ReviewTask
from station.ui.theme import Theme
from station.ui.translations import translate

if TYPE_CHECKING:
    from station.services.bundle import Services


class Mode(StrEnum):
    """What the window is used for now."""

    DESK = "desk"
    REVIEW = "review"
    GATE = "gate"
    ADMIN = "admin"


@dataclass(frozen=True)
class Post:
    """One mode: its word on the switch and in the status bar, what lets one enter, its task."""

    mode: Mode
    short: str
    title: str
    rights: tuple[Action, ...]
    """Any of these opens it."""
    build: Callable[[Services, Theme, Settings], Task]


POSTS: tuple[Post, ...] = (
    Post(Mode.DESK, "确认", "现场确认", (Action.SEE_DESK,), DeskTask),
    Post(Mode.REVIEW, "审核", "资格审核", (Action.SEE_REVIEW,), ReviewTask),
    Post(Mode.GATE, "入场", "考试入场", (Action.SEE_GATE,), GateTask),
    Post(Mode.ADMIN, "管理", "本机管理", tuple(page.action for page in PAGES), AdminTask),
)


def posts_for(roles: frozenset[Role]) -> tuple[Post, ...]:
    """The posts that somebody with these roles may work at, in order."""
    return tuple(post for post in POSTS if any(may(roles, right) for right in post.rights))


def short_word(post: Post) -> str:
    """The word on the switch, in the current language."""
    return translate(post.short)


def title_word(post: Post) -> str:
    """The words in the status bar, in the current language."""
    return translate(post.title)
