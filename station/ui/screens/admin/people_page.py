"""Who works at this station: accounts and roles, passphrases and cards, for the security admin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from station.domain.people import Operator
from station.domain.rights import Action as Right
from station.services.people_changes import OneTime, PeopleRefusal, Person
from station.settings import Settings
from station.ui.notice_words import NoticeWords
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.admin.people_dialogs import CardDialog, OneTimeDialog, PersonDialog
from station.ui.screens.base import Action, Actions, bar
from station.ui.screens.case_list import case_list, fill, key_of
from station.ui.screens.confirm_dialog import ConfirmDialog
from station.ui.theme import Level, Theme
from station.ui.widgets.bottom_bar import BarAction
from station.ui.words import word
from station.workflow.inputs import DeviceKind

if TYPE_CHECKING:
    from station.services.bundle import Services

LIST_ROWS = 5


class PeoplePage(AdminPage):
    """Everybody who has or had an account; closed ones stay, for the trail names them."""

    action = Right.SEE_PEOPLE
    name = "人员与岗位"

    def __init__(
        self, services: Services, theme: Theme, settings: Settings, parent: QWidget | None = None
    ) -> None:
        """The list is read when the page comes to the front."""
        super().__init__(services, theme, settings, parent)
        self._people = services.people
        self._guard = services.guard
        self._has_reader = services.devices.has(DeviceKind.SMART_CARD)
        self._by_id: dict[str, Person] = {}
        self._said: NoticeWords | None = None
        self._list = case_list("people.list")
        self._list.setMinimumHeight(theme.row(84) * LIST_ROWS)
        self._list.currentItemChanged.connect(lambda _now, _before: self.changed.emit())
        self.body.addWidget(self._list, 1)
        self.retranslate()

    def retranslate(self) -> None:
        """All words."""
        super().retranslate()
        self.lead.setText(
            self.tr("每人一个实名账号。口令由本人设定，任何人都看不到；忘记时可给一次性口令。")
        )
        self._fill()

    def entered(self) -> None:
        """Read anew."""
        self._said = None
        self._read()
        self._list.setFocus()

    def offers(self) -> Actions:
        """What whoever is here may do with the person that is chosen."""
        chosen = self._chosen()
        is_open = chosen is not None and chosen.account.enabled
        offered = (
            (Right.CHANGE_ROLES, bar(Action.EDIT, self.tr("修改"), "F4", enabled=is_open)),
            (
                Right.RESET_PASSPHRASE,
                bar(Action.RESET, self.tr("重置口令"), "F6", enabled=chosen is not None),
            ),
            (
                Right.REGISTER_CARD,
                bar(Action.CARD, self.tr("登记卡"), "F7", enabled=is_open and self._has_reader),
            ),
            *((Right.REGISTER_CARD, lost) for lost in self._lost_card(chosen)),
            (Right.DISABLE_PERSON, bar(Action.DISABLE, self.tr("停用账号"), "F9", enabled=is_open)),
        )
        secondary = tuple(one for right, one in offered if self._guard.allows(right))
        add = self.tr("增加人员") if self._guard.allows(Right.ADD_PERSON) else ""
        return Actions(add, secondary=secondary)

    def _lost_card(self, chosen: Person | None) -> tuple[BarAction, ...]:
        """Offered for whoever has a card, also where there is no reader any more."""
        if chosen is None or chosen.account.card_fingerprint is None:
            return ()
        return (bar(Action.REMOVE_CARD, self.tr("注销卡"), "F5"),)

    def on_primary(self) -> None:
        """A new account."""
        dialog = PersonDialog(self.theme, self, None)

        def add(operator: Operator) -> None:
            self._people.add(operator, lambda answer: self._added(dialog, operator, answer))

        dialog.chosen.connect(add)
        dialog.open()

    def on_secondary(self, action: str) -> None:
        """Something about the person that is chosen."""
        chosen = self._chosen()
        if chosen is None:
            return
        acts = {
            Action.EDIT: self._edit,
            Action.RESET: self._ask_reset,
            Action.CARD: self._card,
            Action.REMOVE_CARD: self._ask_remove_card,
            Action.DISABLE: self._ask_disable,
        }
        acts[Action(action)](chosen)

    def message(self) -> NoticeWords | None:
        """What the last change came to."""
        return self._said

    def help_text(self) -> str:
        """For F1."""
        return self.tr(
            "按 ↑ ↓ 选人，F4 改姓名和岗位，F6 给一次性口令，F7 登记证书卡，F5 注销丢失的卡，"
            "F9 停用。岗位改后须重新登录；停用的账号可用重置口令恢复。"
        )

    # --- one person ---------------------------------------------------------------------------

    def _edit(self, person: Person) -> None:
        dialog = PersonDialog(self.theme, self, person.account.operator)

        def change(operator: Operator) -> None:
            def answered(refusal: PeopleRefusal | None) -> None:
                if refusal is not None:
                    dialog.refuse(refusal)
                    return
                dialog.settle()
                self._say_done(self.tr("已保存。岗位改了的，须重新登录。"))

            self._people.change(operator, answered)

        dialog.chosen.connect(change)
        dialog.open()

    def _ask_reset(self, person: Person) -> None:
        operator = person.account.operator
        dialog = ConfirmDialog(
            self.theme,
            self,
            "reset",
            self.tr("给 {name} 一次性口令？").format(name=operator.display_name),
            self.tr("原来的口令立即失效，输错次数重新计。停用的账号会恢复使用，岗位照旧。"),
            self.tr("给一次性口令"),
        )
        dialog.confirmed.connect(
            lambda: self._people.reset_passphrase(
                operator.operator_id, lambda answer: self._given(operator, answer)
            )
        )
        dialog.open()

    def _ask_disable(self, person: Person) -> None:
        operator = person.account.operator
        dialog = ConfirmDialog(
            self.theme,
            self,
            "disable",
            self.tr("停用 {name} 的账号？").format(name=operator.display_name),
            self.tr("其口令和证书卡立即不能登录，也打不开本机。已办的工作仍记在其名下。"),
            self.tr("停用账号"),
        )
        done = self.tr("已停用。请安全管理员在密钥页更换数据库密钥，使其留有的旧密钥文件失效。")
        dialog.confirmed.connect(
            lambda: self._people.disable(
                operator.operator_id, lambda refusal: self._done(refusal, done)
            )
        )
        dialog.open()

    def _card(self, person: Person) -> None:
        dialog = CardDialog(self.theme, self, self._people, person.account.operator)
        dialog.registered.connect(lambda: self._say_done(self.tr("证书卡已登记。")))
        dialog.open()

    def _ask_remove_card(self, person: Person) -> None:
        operator = person.account.operator
        dialog = ConfirmDialog(
            self.theme,
            self,
            "remove_card",
            self.tr("注销 {name} 的证书卡？").format(name=operator.display_name),
            self.tr("这张卡立即不能登录，也打不开本机。规定要用卡登录时，须登记新卡后才能登录。"),
            self.tr("注销卡"),
        )
        done = self.tr("证书卡已注销。捡到卡的人可能还有旧密钥文件时，请在密钥页更换数据库密钥。")
        dialog.confirmed.connect(
            lambda: self._people.remove_card(
                operator.operator_id, lambda refusal: self._done(refusal, done)
            )
        )
        dialog.open()

    def _added(
        self, dialog: PersonDialog, operator: Operator, answer: OneTime | PeopleRefusal
    ) -> None:
        if isinstance(answer, PeopleRefusal):
            dialog.refuse(answer)
            return
        dialog.settle()
        self._given(operator, answer)

    def _given(self, operator: Operator, answer: OneTime | PeopleRefusal) -> None:
        if isinstance(answer, PeopleRefusal):
            self._done(answer, "")
            return
        self._read()
        OneTimeDialog(self.theme, self, operator.display_name, answer).open()

    def _done(self, refusal: PeopleRefusal | None, sentence: str) -> None:
        if refusal is None:
            self._say_done(sentence)
        else:
            self._say(NoticeWords(Level.STOP, word(refusal), "", ""))

    def _say_done(self, sentence: str) -> None:
        self._say(NoticeWords(Level.DONE, sentence, "", ""))
        self._read()

    def _say(self, words: NoticeWords) -> None:
        self._said = words
        self.changed.emit()

    # --- the list -----------------------------------------------------------------------------

    def _chosen(self) -> Person | None:
        item = self._list.currentItem()
        return self._by_id.get(key_of(item)) if item is not None else None

    def _read(self) -> None:
        self.waiting.show_word(self.tr("正在读取…") if not self._by_id else "")
        self._people.people(self._show)

    def _show(self, answer: tuple[Person, ...] | PeopleRefusal) -> None:
        self.waiting.show_word("")
        if isinstance(answer, PeopleRefusal):
            self._done(answer, "")
            return
        self._by_id = {one.account.operator.operator_id: one for one in answer}
        self._fill()
        self.changed.emit()

    def _fill(self) -> None:
        people = sorted(self._by_id.values(), key=lambda one: not one.account.enabled)
        fill(self._list, [(self._lines(one), one.account.operator.operator_id) for one in people])

    def _lines(self, person: Person) -> str:
        account = person.account
        roles = " · ".join(word(role) for role in sorted(account.operator.roles))
        ways = [
            "" if account.enabled else self.tr("已停用"),
            "" if person.has_passphrase or not account.enabled else self.tr("还没有口令"),
            self.tr("首次登录须改口令") if account.must_change and account.enabled else "",
            self.tr("有证书卡") if account.card_fingerprint else "",
        ]
        operator = account.operator
        second = "    ".join(part for part in (operator.operator_id, roles, *ways) if part)
        return f"{operator.display_name}\n{second}"
