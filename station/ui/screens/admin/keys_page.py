"""The keys: who and what opens this station, the recovery key, the machine, the database's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.domain.audit import KeyChange
from station.domain.rights import Action as Right
from station.services.key_state import Custody, Holder, KeysState, KeyWork
from station.settings import Settings
from station.store.keyring import MachineKind
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.facts_panel import FactsPanel
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.admin.recovery_dialog import RecoveryDialog
from station.ui.screens.base import Action, Actions, bar
from station.ui.screens.confirm_dialog import ConfirmDialog
from station.ui.theme import Level, Theme
from station.ui.widgets.bottom_bar import BarAction

if TYPE_CHECKING:
    from station.services.bundle import Services

RENEW_RECOVERY, SWITCH_MACHINE = "renew_recovery", "switch_machine"


class KeysPage(AdminPage):
    """Facts, and the changes that a security admin may make."""

    action = Right.SEE_KEYS
    name = "密钥"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """Follows the keys' service."""
        super().__init__(services, theme, settings, parent)
        self._keys = services.keys
        self._guard = services.guard
        self._dialog: RecoveryDialog | None = None
        self._people, self._ways = FactsPanel(theme), FactsPanel(theme)
        self.body.addWidget(self._ways)
        self.body.addWidget(self._people)
        self.body.addStretch(1)
        self._keys.on_change(self._follow)
        self.retranslate()

    def retranslate(self) -> None:
        """All captions and values."""
        super().retranslate()
        self.lead.setText(
            self.tr(
                "本机的资料都已加密。这里列出谁和什么能打开；人员的口令和证书卡在“人员”页里办理。"
            )
        )
        self._show()

    def entered(self) -> None:
        """Read anew."""
        if self._guard.allows(Right.SEE_KEYS) and self._keys.state.work is None:
            self._keys.refresh()

    def offers(self) -> Actions:
        """The database's key, the recovery key, the machine."""
        again = bar(Action.AGAIN, self.tr("刷新"), "")
        if not self._guard.allows(Right.CHANGE_KEYS):
            return Actions(secondary=(again,))
        custody = self._keys.state.custody
        idle = self._keys.state.work is None and custody is not None
        recovery = BarAction(RENEW_RECOVERY, self.tr("更换恢复密钥"), "F4", idle)
        secondary: tuple[BarAction, ...] = (recovery,)
        if custody and (custody.machine_allowed or custody.machine):
            words = self.tr("停用机器开启") if custody.machine else self.tr("启用机器开启")
            secondary = (recovery, BarAction(SWITCH_MACHINE, words, "F6", idle))
        return Actions(self.tr("更换数据库密钥"), idle, secondary)

    def on_primary(self) -> None:
        """Ask first: it takes a while, and nothing is stored meanwhile."""
        if not self._guard.allows(Right.CHANGE_KEYS):
            return
        dialog = ConfirmDialog(
            self.theme,
            self,
            "rotate",
            self.tr("更换数据库密钥？"),
            self.tr(
                "数据会抄到用新密钥加密的副本上，核对无误后换下原文件，断电也不会丢失。"
                "期间不能保存新的记录，请在没有人办理时进行。此前的备份仍由旧密钥保护，换好以后会自动做一次新备份。"
            ),
            self.tr("更换"),
        )
        dialog.confirmed.connect(self._keys.rotate)
        dialog.open()

    def on_secondary(self, action: str) -> None:
        """Recovery key, machine, or read anew."""
        if action == Action.AGAIN:
            self.entered()
        elif not self._guard.allows(Right.CHANGE_KEYS):
            return
        elif action == RENEW_RECOVERY:
            self._renew_recovery()
        elif action == SWITCH_MACHINE:
            self._switch_machine()

    def message(self) -> NoticeWords | None:
        """What was done, why it was not, or what is due."""
        state = self._keys.state
        if state.failure and self._dialog is None:
            return NoticeWords(Level.STOP, state.failure, "", "")
        if state.changed is not None:
            return self._done_words(state.changed, state.machine_words)
        if state.custody is not None and state.custody.rotation_due:
            return NoticeWords(
                Level.ATTENTION,
                self.tr("有人员或机器的开启方式已被移除，数据库密钥还没有更换。"),
                self.tr("现有资料仍然加密。"),
                self.tr("请更换数据库密钥，使旧的密钥文件副本作废。"),
            )
        return None

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "恢复密钥页锁在保险柜里，口令都忘了时用它开启。怀疑有人拿到过密钥时，更换数据库密钥。"
        )

    def _renew_recovery(self) -> None:
        dialog = self._dialog = RecoveryDialog(self.theme, self)
        dialog.print_asked.connect(lambda: self._keys.print_sheet(dialog.show_print))
        dialog.save_asked.connect(self._keys.save_sheet)
        dialog.adopted.connect(self._keys.adopt_sheet)
        dialog.rejected.connect(self._keys.drop_sheet)
        dialog.finished.connect(self._closed)
        dialog.open()
        self._keys.draw_sheet()

    def _closed(self) -> None:
        self._dialog = None
        self.changed.emit()

    def _switch_machine(self) -> None:
        custody = self._keys.state.custody
        if custody is not None and custody.machine:
            self._keys.remove_machine()
            return
        dialog = ConfirmDialog(
            self.theme,
            self,
            "machine",
            self.tr("让机器自己开启？"),
            self.tr(
                "重新启动后不用人输口令就能打开资料。拿走整台机器的人也能这样打开；"
                "没有安全芯片时，只拿走硬盘也能。"
            ),
            self.tr("启用"),
        )
        dialog.confirmed.connect(self._keys.set_machine)
        dialog.open()

    def _follow(self, state: KeysState) -> None:
        if self._dialog is not None:
            if state.changed is KeyChange.RECOVERY_RENEWED:
                self._dialog.accept()
            else:
                self._dialog.show_state(state)
        self._show()

    def _show(self) -> None:
        state = self._keys.state
        words = {
            KeyWork.ROTATING: self.tr("正在更换数据库密钥… {percent}%"),
            KeyWork.MACHINE: self.tr("正在设置…"),
        }
        word = words.get(state.work, "") if state.work else ""
        self.waiting.show_word(word.format(percent=int(state.done * 100)))
        if state.custody is not None:
            self._ways.set_facts(self._ways_facts(state.custody))
            self._people.set_facts(
                [(holder.name, self._holder_words(holder)) for holder in state.custody.holders]
            )
        self.changed.emit()

    def _ways_facts(self, custody: Custody) -> tuple[tuple[str, str], ...]:
        made = custody.recovery_made
        recovery = self.tr("有，{day} 生成").format(day=made) if made else self.tr("没有")
        machines = {
            MachineKind.TPM2: self.tr("启用，由安全芯片（TPM 2.0）保护"),
            MachineKind.SOFTWARE: self.tr("启用，没有安全芯片，硬盘被盗时等于没有保护"),
        }
        machine = machines[custody.machine] if custody.machine else self.tr("停用")
        if custody.machine and not custody.machine_allowed:
            machine = self.tr("设置不允许，不起作用")
        due = self.tr("应当更换") if custody.rotation_due else self.tr("不需要更换")
        return (
            (self.tr("恢复密钥"), recovery),
            (self.tr("机器自行开启"), machine),
            (self.tr("数据库密钥"), due),
        )

    def _holder_words(self, holder: Holder) -> str:
        ways = [self.tr("口令")] if holder.passphrase else []
        ways += [self.tr("证书卡")] if holder.card else []
        words = " · ".join(ways) or self.tr("不能开启")
        return words if holder.enabled else self.tr("{ways}（账号已停用）").format(ways=words)

    def _done_words(self, change: KeyChange, machine_words: str) -> NoticeWords | None:
        done = {
            KeyChange.RECOVERY_RENEWED: (
                self.tr("恢复密钥已更换。"),
                self.tr("请删除保存过的文件。旧的一页只对此前的备份有用。"),
            ),
            KeyChange.DATABASE_KEY_ROTATED: (
                self.tr("数据库密钥已更换，资料完好。"),
                self.tr("接着会自动做一次备份，请留意它做完。"),
            ),
            KeyChange.MACHINE_SET: (self.tr("机器现在能自行开启。"), machine_words),
            KeyChange.SLOT_REMOVED: (
                self.tr("机器不再能自行开启。"),
                self.tr("请更换数据库密钥。"),
            ),
        }
        if change not in done:
            return None
        happened, to_do = done[change]
        return NoticeWords(Level.DONE, happened, "", to_do)
