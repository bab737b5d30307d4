"""The developer panel: everything a visitor's hands could do to the simulated devices.

A window of its own beside the station's. It moves hands only; the station learns of it through its
drivers, as it would of a real person.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from drivers.simulated.hand import FingerKey
from drivers.simulated.people import Person, people
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.ui.devpanel.hands import Hands
from station.ui.devpanel.lever_group import Lever, LeverGroup
from station.ui.devpanel.styles import STYLES, NamedStyle
from station.ui.words import WORDS

LOOK_MS = 200
WIDTH_PX = 400


class DeveloperPanel(QWidget):
    """Levers of the four simulated devices for one person at a time."""

    def __init__(self, hands: Hands, parent: QWidget | None = None) -> None:
        """`hands` are those the drivers were built with."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("hands")
        self.setWindowTitle("模拟设备：手")
        self.setFixedWidth(WIDTH_PX)
        self._hands = hands
        page = QVBoxLayout(self)
        self._person, self._finger, self._style = self._reader_levers(page)
        self._card_levers(page)
        self._camera_levers(page)
        self._printer_levers(page)
        page.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Look no more."""
        self._timer.stop()
        super().closeEvent(event)

    # --- levers -------------------------------------------------------------------------------

    def _reader_levers(self, page: QVBoxLayout) -> tuple[QComboBox, QComboBox, QComboBox]:
        self._reader = LeverGroup("reader", "人和指纹采集仪")
        person = self._reader.add_list(
            "person", "人", [(f"{one.key} {one.name}", one) for one in people()]
        )
        finger = self._reader.add_list(
            "finger", "手指", [(WORDS[FingerPosition][one], one) for one in _finger_order()]
        )
        style = self._reader.add_list("style", "按法", [(one.title, one) for one in STYLES])
        hand = self._hands.reader
        self._reader.add_levers(
            ("press", "按下", self._press),
            ("press_wrong", "换错手指按下", self._press_wrong),
            ("lift", "抬起", hand.lift),
        )
        self._reader.add_levers(*_cable(hand.unplug, hand.plug_in))
        self._reader.add_state()
        page.addWidget(self._reader)
        return person, finger, style

    def _card_levers(self, page: QVBoxLayout) -> None:
        hand = self._hands.card
        self._card = LeverGroup("card", "身份证阅读器")
        self._card.add_levers(
            ("lay", "放上身份证", lambda: hand.lay_card(self._chosen_person())),
            ("lay_half", "放歪", lambda: hand.lay_card_half(self._chosen_person())),
            ("take", "拿走", hand.take_card),
        )
        self._card.add_levers(*_cable(hand.unplug, hand.plug_in))
        self._card.add_state()
        page.addWidget(self._card)

    def _camera_levers(self, page: QVBoxLayout) -> None:
        hand = self._hands.camera
        self._camera = LeverGroup("camera", "摄像头")
        self._camera.add_levers(
            ("sit_down", "坐下", lambda: hand.sit_down(self._chosen_person().key)),
            ("stand_up", "站起", hand.stand_up),
            ("cover", "遮住", hand.cover_lens),
            ("uncover", "移开", hand.uncover_lens),
        )
        self._camera.add_levers(*_cable(hand.unplug, hand.plug_in))
        self._camera.add_state()
        page.addWidget(self._camera)

    def _printer_levers(self, page: QVBoxLayout) -> None:
        hand = self._hands.printer
        self._printer = LeverGroup("printer", "打印机")
        self._printer.add_levers(
            ("paper_out", "取走纸", hand.take_paper_out),
            ("refill", "加纸", hand.refill),
            ("jam", "卡纸", hand.jam),
            ("clear_jam", "清卡纸", hand.clear_jam),
        )
        self._printer.add_levers(*_cable(hand.unplug, hand.plug_in))
        self._printer.add_state()
        page.addWidget(self._printer)

    # --- what the hands do --------------------------------------------------------------------

    def _chosen_person(self) -> Person:
        chosen = self._person.currentData()
        assert isinstance(chosen, Person)
        return chosen

    def _press(self) -> None:
        self._lay(self._chosen_finger())

    def _press_wrong(self) -> None:
        """The finger after the chosen one: what people do when they mix up their fingers."""
        order = _finger_order()
        place = order.index(self._chosen_finger())
        self._lay(order[(place + 1) % len(order)])

    def _chosen_finger(self) -> FingerPosition:
        # Qt keeps an IntEnum as a plain number.
        return FingerPosition(self._finger.currentData())

    def _lay(self, finger: FingerPosition) -> None:
        style = self._style.currentData()
        assert isinstance(style, NamedStyle)
        key = FingerKey(self._chosen_person().key, int(finger))
        self._hands.reader.place(key, quality=style.quality)

    # --- how things stand ---------------------------------------------------------------------

    def _look(self) -> None:
        hands = self._hands
        on_glass = hands.reader.on_glass
        finger = _finger_words(on_glass.finger) if on_glass else "没有手指"
        self._reader.show_state(_standing(hands.reader.plugged, finger))
        card = hands.card.card
        lying = "没有证件"
        if card is not None:
            lying = f"{card.name}的身份证" + ("" if hands.card.readable else "（放歪了）")
        self._card.show_state(_standing(hands.card.plugged, lying))
        seated = f"{hands.camera.person} 坐着" if hands.camera.person else "椅子空着"
        covered = "，镜头被遮住" if hands.camera.covered else ""
        self._camera.show_state(_standing(hands.camera.plugged, seated + covered))
        trouble = hands.printer.trouble()
        printed = f"已印出 {len(hands.printer.printed)} 份文件"
        said = _TROUBLE.get(trouble.value, trouble.value) if trouble else "正常"
        self._printer.show_state(_standing(hands.printer.plugged, f"{said}，{printed}"))


_TROUBLE = {"paper_out": "缺纸", "jam": "卡纸", "offline": "没有响应"}


def _cable(unplug: Callable[[], None], plug_in: Callable[[], None]) -> tuple[Lever, Lever]:
    return ("unplug", "拔线", unplug), ("plug_in", "插线", plug_in)


def _finger_order() -> tuple[FingerPosition, ...]:
    """The fingers of the plan first, then the others."""
    return (*CAPTURE_PLAN, *(one for one in FingerPosition if one not in CAPTURE_PLAN))


def _finger_words(finger: FingerKey) -> str:
    return f"{finger.person} 的{WORDS[FingerPosition][FingerPosition(finger.finger_position)]}"


def _standing(plugged: bool, words: str) -> str:
    return words if plugged else f"线拔掉了；{words}"
