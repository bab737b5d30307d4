"""Reading an identity card, for desk and gate alike."""

from collections.abc import Callable

from drivers.api import CardText, DocumentReader, NoCard, NoCardReason
from station.services.devices import DeviceService
from station.workflow.inputs import DeviceKind, DeviceLost, Failed
from station.workflow.notices import Notice

CARD_TIMEOUT_S = 8.0
CARD_NOTICES = {
    NoCardReason.TIMEOUT: Notice.NO_CARD,
    NoCardReason.CANCELLED: Notice.NO_CARD,
    NoCardReason.MOVED_AWAY: Notice.CARD_MOVED_AWAY,
    NoCardReason.UNREADABLE: Notice.CARD_UNREADABLE,
}


def read_card(
    devices: DeviceService,
    then: Callable[[CardText], None],
    answer: Callable[[DeviceLost | Failed], None],
) -> None:
    """Wait for a card; `then` gets its text, everything else is answered."""

    def work(reader: DocumentReader) -> CardText | NoCard:
        return reader.read(CARD_TIMEOUT_S)

    def deliver(result: CardText | NoCard | DeviceLost | Failed) -> None:
        match result:
            case CardText():
                then(result)
            case NoCard(reason=reason):
                answer(Failed(CARD_NOTICES[reason]))
            case _:
                answer(result)

    devices.use(DeviceKind.CARD_READER, work, deliver)
