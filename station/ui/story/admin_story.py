"""Behind the scenes: three admins, each with their own pages and no others."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

from station.ui.story.actor import Actor, pause
from station.ui.story.cast import AUDITOR, SECURITY_ADMIN, SYSTEM_ADMIN
from station.ui.story.signing_in import sign_in, sign_out

SETTLE_MS = 250


def look_after(actor: Actor) -> None:
    """Each admin looks at their pages; the system admin also makes a support bundle."""
    seen: set[str] = set()
    for admin in (SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR):
        sign_out(actor)
        sign_in(actor, admin)
        _turn_the_pages(actor, seen)
    sign_out(actor)


def _turn_the_pages(actor: Actor, seen: set[str]) -> None:
    """A picture of every page that no admin before has shown."""
    pages = actor.wait_for_widget("admin.pages")
    assert isinstance(pages, QListWidget)
    for row in range(pages.count()):
        if row:
            QTest.keyClick(pages, Qt.Key.Key_Down)
        title = pages.currentItem().text()
        if title in seen:
            continue
        seen.add(title)
        pause(SETTLE_MS)  # what a page reads comes from the database lane
        actor.picture(f"admin-{PICTURES.get(title, 'page')}")
        if title == SUPPORT:
            _make_bundle(actor)


def _make_bundle(actor: Actor) -> None:
    actor.wait_until(lambda: actor.can_click("bottom.primary"), "the bundle to be gathered")
    actor.enter()
    actor.wait_until(lambda: actor.message_shown, "the bundle to be written")
    actor.picture("admin-support-bundle")


SUPPORT = "支持包"
PICTURES = {
    "概况": "overview",
    "数据与备份": "storage",
    "保存期限": "retention",
    SUPPORT: "support",
    "人员与岗位": "people",
    "密钥": "keys",
    "审计记录": "audit",
}
