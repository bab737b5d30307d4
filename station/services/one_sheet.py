"""A single sheet on its way to the printer: told when it is taken, or why it does not come out."""

from collections.abc import Callable

from drivers.api import Printer, PrintJob
from drivers.errors import DeviceError, DeviceUnplugged
from station.services.devices import DeviceService
from station.services.print_notices import refusal_notice
from station.workflow.inputs import DeviceKind, DeviceLost, Failed
from station.workflow.notices import Notice

Printed = Callable[[Notice | None], None]


def print_sheet(devices: DeviceService, pdf: bytes, title: str, then: Printed) -> None:
    """Submit it once; `then` gets None, or why not.

    Print queues log titles, so `title` names nobody.
    """

    def submit(printer: Printer) -> PrintJob | Failed:
        try:
            return printer.submit(pdf, title, 1)
        except DeviceUnplugged:
            raise
        except DeviceError as error:
            return Failed(refusal_notice(error.detail))

    def sent(job: PrintJob | DeviceLost | Failed) -> None:
        match job:
            case DeviceLost():
                then(Notice.PRINTER_LOST)
            case Failed(notice=notice):
                then(notice)
            case _:
                then(None)

    devices.use(DeviceKind.PRINTER, submit, sent)
