"""The developer panel: everything a visitor's hands could do to the simulated devices.

A window of its own beside the station's. It moves hands only; the station learns of it through its
drivers, as it would of a real person.
"""

from collections.abc import Mapping
from dataclasses import asdict

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QScrollArea, QVBoxLayout, QWidget

from drivers.api import DriverKind
from drivers.simulated.cable import Cable
from drivers.simulated.commands import Command, CommandInvalid
from drivers.simulated.hand import FingerKey
from drivers.simulated.people import Person, people
from station.domain.fingers import CAPTURE_PLAN, FingerPosition
from station.services.practice_cards import PIN
from station.ui.devpanel.hands import Hands, Moved
from station.ui.devpanel.lever_group import Lever, LeverGroup
from station.ui.devpanel.styles import STYLES, NamedStyle
from station.ui.words import WORDS

LOOK_MS = 200
WIDTH_PX = 420
DELAYS = (("立即", 0), ("0.5 秒后", 500), ("2 秒后", 2000), ("5 秒后", 5000))
READER, CARD = DriverKind.FINGERPRINT_READER, DriverKind.DOCUMENT_READER
CAMERA, PRINTER = DriverKind.CAMERA, DriverKind.PRINTER
SMART_CARD = DriverKind.SMART_CARD
_NOT_HERE = "这台设备不是模拟的，不能在这里操作"
_UNSEEN = "在自己的进程里运行，可以操作，看不到手的样子"


class DeveloperPanel(QWidget):
    """Levers of the simulated devices and of the network, for one person at a time."""

    def __init__(
        self,
        hands: Hands,
        moved: Mapping[DriverKind, Moved],
        parent: QWidget | None = None,
    ) -> None:
        """`hands` are those the drivers were built with; what `moved` lacks is a real device."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("hands")
        self.setWindowTitle("模拟设备：手")
        self.setFixedWidth(WIDTH_PX)
        self._hands = hands
        self._moved = moved
        self._refused: dict[DriverKind, str] = {}
        self._inside = QWidget()
        page = self._scrolling_page()
        self._person, self._finger, self._style, self._delay = self._reader_levers(page)
        self._card_levers(page)
        self._camera_levers(page)
        self._printer_levers(page)
        self._groups = {
            READER: self._reader,
            CARD: self._card,
            CAMERA: self._camera,
            PRINTER: self._printer,
        }
        if SMART_CARD in moved:  # most desks have none
            self._groups[SMART_CARD] = self._staff_card_levers(page)
        self._network_levers(page)
        for kind, group in self._groups.items():
            if kind not in moved:
                group.lock()
        # The card and the chair need a person even where the glass is a real one.
        self._person.setEnabled(bool(moved))
        page.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    def _scrolling_page(self) -> QVBoxLayout:
        """The levers need more height than a small screen has."""
        page = QVBoxLayout(self._inside)
        area = QScrollArea()
        area.setWidget(self._inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        return page

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the levers, where the screen is."""
        super().showEvent(event)
        wanted = self._inside.sizeHint().height()
        self.resize(WIDTH_PX, min(wanted, self.screen().availableGeometry().height()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Look no more."""
        self._timer.stop()
        super().closeEvent(event)

    # --- levers -------------------------------------------------------------------------------

    def _reader_levers(self, page: QVBoxLayout) -> tuple[QComboBox, ...]:
        self._reader = LeverGroup("reader", "人和指纹采集仪")
        person = self._reader.add_list(
            "person", "人", [(f"{one.key} {one.name}", one) for one in people()]
        )
        finger = self._reader.add_list(
            "finger", "手指", [(WORDS[FingerPosition][one], one) for one in _finger_order()]
        )
        style = self._reader.add_list("style", "按法", [(one.title, one) for one in STYLES])
        delay = self._reader.add_list("delay", "何时", list(DELAYS))
        self._reader.add_levers(
            ("press", "按下", lambda: self._after_delay("press", self._pressing())),
            ("press_wrong", "换错手指按下", self._press_wrong),
            ("lift", "抬起", lambda: self._after_delay("lift", {})),
        )
        self._reader.add_levers(*self._cable(READER))
        self._reader.add_state()
        page.addWidget(self._reader)
        return person, finger, style, delay

    def _card_levers(self, page: QVBoxLayout) -> None:
        self._card = LeverGroup("card", "身份证阅读器")
        self._card.add_levers(
            ("lay", "放上身份证", lambda: self._do(CARD, "lay_card", person=self._key())),
            ("lay_half", "放歪", lambda: self._do(CARD, "lay_card_half", person=self._key())),
            self._lever(CARD, "take", "拿走", "take_card"),
        )
        self._card.add_levers(*self._cable(CARD))
        self._card.add_state()
        page.addWidget(self._card)

    def _camera_levers(self, page: QVBoxLayout) -> None:
        self._camera = LeverGroup("camera", "摄像头")
        self._camera.add_levers(
            ("sit_down", "坐下", lambda: self._do(CAMERA, "sit_down", person=self._key())),
            self._lever(CAMERA, "stand_up", "站起"),
            self._lever(CAMERA, "cover", "遮住", "cover_lens"),
            self._lever(CAMERA, "uncover", "移开", "uncover_lens"),
        )
        self._camera.add_levers(
            self._lever(CAMERA, "freeze", "画面停住"), self._lever(CAMERA, "thaw", "画面恢复")
        )
        self._camera.add_levers(*self._cable(CAMERA))
        self._camera.add_state()
        page.addWidget(self._camera)

    def _printer_levers(self, page: QVBoxLayout) -> None:
        self._printer = LeverGroup("printer", "打印机")
        self._printer.add_levers(
            self._lever(PRINTER, "paper_out", "取走纸"),
            self._lever(PRINTER, "refill", "加纸"),
            self._lever(PRINTER, "jam", "卡纸"),
            self._lever(PRINTER, "clear_jam", "清卡纸"),
        )
        self._printer.add_levers(*self._cable(PRINTER))
        self._printer.add_state()
        page.addWidget(self._printer)

    def _staff_card_levers(self, page: QVBoxLayout) -> LeverGroup:
        group = LeverGroup("staff_card", f"工作人员的证书卡（PIN 都是 {PIN}）")
        names = [(name, name) for name in self._hands.smart_card.cards]
        chosen = group.add_list("which", "卡", list(names))
        group.add_levers(
            (
                "insert",
                "插卡",
                lambda: self._do(SMART_CARD, "insert_card", person=chosen.currentData()),
            ),
            self._lever(SMART_CARD, "insert_other", "插别的卡", "insert_other_card"),
            self._lever(SMART_CARD, "pull", "拔卡", "pull_card"),
        )
        group.add_levers(*self._cable(SMART_CARD))
        group.add_state()
        page.addWidget(group)
        return group

    def _network_levers(self, page: QVBoxLayout) -> None:
        lever = self._hands.network
        self._network = LeverGroup("network", "网络")
        self._network.add_levers(
            ("unplug", "断网", lever.unplug), ("plug_in", "联网", lever.plug_in)
        )
        self._network.add_state()
        page.addWidget(self._network)

    def _lever(self, kind: DriverKind, name: str, words: str, do: str = "") -> Lever:
        return name, words, lambda: self._do(kind, do or name)

    def _cable(self, kind: DriverKind) -> tuple[Lever, ...]:
        return (
            self._lever(kind, "unplug", "拔线"),
            self._lever(kind, "plug_in", "插线"),
            self._lever(kind, "stall", "不应答"),
            self._lever(kind, "recover", "恢复应答"),
        )

    # --- what the hands do --------------------------------------------------------------------

    def _do(self, kind: DriverKind, do: str, **details: object) -> None:
        try:
            self._moved[kind].move(Command(kind, do, details=details))
        except CommandInvalid:  # its process is just being replaced
            self._refused[kind] = "设备没有打开，刚才的操作没有做成"
        else:
            self._refused.pop(kind, None)

    def _after_delay(self, do: str, details: dict[str, object]) -> None:
        delay_ms = self._delay.currentData()
        if delay_ms:
            QTimer.singleShot(delay_ms, self, lambda: self._do(READER, do, **details))
        else:
            self._do(READER, do, **details)

    def _key(self) -> str:
        chosen = self._person.currentData()
        assert isinstance(chosen, Person)
        return chosen.key

    def _pressing(self) -> dict[str, object]:
        style = self._style.currentData()
        assert isinstance(style, NamedStyle)
        finger = int(self._chosen_finger())
        return {"person": self._key(), "finger": finger, **asdict(style.quality)}

    def _press_wrong(self) -> None:
        """The finger after the chosen one: what people do when they mix up their fingers."""
        order = _finger_order()
        place = order.index(self._chosen_finger())
        wrong = int(order[(place + 1) % len(order)])
        self._after_delay("press", {**self._pressing(), "finger": wrong})

    def _chosen_finger(self) -> FingerPosition:
        # Qt keeps an IntEnum as a plain number.
        return FingerPosition(self._finger.currentData())

    # --- how things stand ---------------------------------------------------------------------

    def _look(self) -> None:
        seen = {
            READER: self._glass,
            CARD: self._lying,
            CAMERA: self._seated,
            PRINTER: self._tray,
            SMART_CARD: self._slit,
        }
        for kind, group in self._groups.items():
            moved = self._moved.get(kind)
            words = _NOT_HERE if moved is None else seen[kind]() if moved.seen else _UNSEEN
            group.show_state(self._refused.get(kind, words))
        self._network.show_state("通" if self._hands.network.plugged else "断开，连不上平台")

    def _glass(self) -> str:
        hand = self._hands.reader
        return _standing(hand, _finger_words(hand.on_glass.finger) if hand.on_glass else "没有手指")

    def _lying(self) -> str:
        hand = self._hands.card
        if hand.card is None:
            return _standing(hand, "没有证件")
        return _standing(
            hand, f"{hand.card.name}的身份证" + ("" if hand.readable else "（放歪了）")
        )

    def _seated(self) -> str:
        hand = self._hands.camera
        words = f"{hand.person} 坐着" if hand.person else "椅子空着"
        return _standing(hand, words + ("，镜头被遮住" if hand.covered else ""))

    def _tray(self) -> str:
        hand = self._hands.printer
        trouble = hand.trouble()
        said = _TROUBLE.get(trouble.value, trouble.value) if trouble else "正常"
        return _standing(hand, f"{said}，已印出 {len(hand.printed)} 份文件")

    def _slit(self) -> str:
        hand = self._hands.smart_card
        inside = next((name for name, card in hand.cards.items() if card is hand.card), "别的卡")
        return _standing(hand, f"插着{inside}" if hand.presence.present else "没有卡")


_TROUBLE = {"paper_out": "缺纸", "jam": "卡纸", "offline": "没有响应"}


def _finger_order() -> tuple[FingerPosition, ...]:
    """The fingers of the plan first, then the others."""
    return (*CAPTURE_PLAN, *(one for one in FingerPosition if one not in CAPTURE_PLAN))


def _finger_words(finger: FingerKey) -> str:
    return f"{finger.person} 的{WORDS[FingerPosition][FingerPosition(finger.finger_position)]}"


def _standing(hand: Cable, words: str) -> str:
    return words if hand.plugged else f"线拔掉了；{words}"
