"""The one bridge between threads: work done elsewhere comes back to the UI thread through it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class Bridge(QObject):
    """Runs actions on the thread it was made on, in the order in which they were posted."""

    deliver = Signal(object)

    def __init__(self) -> None:
        """Make it on the UI thread."""
        super().__init__()
        self.deliver.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, action: Callable[[], None]) -> None:
        """Run `action` on the UI thread soon; may be called from any thread."""
        self.deliver.emit(action)

    @Slot(object)
    def _run(self, action: Callable[[], None]) -> None:
        action()
