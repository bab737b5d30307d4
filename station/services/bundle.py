"""Everything the screens talk to, built by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from station.services.audit import AuditService
from station.services.board import BoardService
from station.services.camera_codes import CameraCodes
from station.services.desk import DeskService
from station.services.devices import DeviceService
from station.services.gate import GateService
from station.services.guard import Guard
from station.services.keys import KeysService
from station.services.overview import OverviewService
from station.services.people_admin import PeopleAdmin
from station.services.platform import PlatformService
from station.services.printing import Printing
from station.services.retention import RetentionService
from station.services.review import ReviewService
from station.services.sign_in import SignInService
from station.services.slips import SlipService
from station.services.support_bundle import SupportService
from station.services.trail import Trail
from station.services.trail_watch import TrailWatch
from station.services.upkeep import UpkeepService


@dataclass(frozen=True)
class Services:
    """The services of one running station; used on the UI thread."""

    sign_in: SignInService
    desk: DeskService
    review: ReviewService
    gate: GateService
    devices: DeviceService
    printing: Printing
    platform: PlatformService
    board: BoardService
    codes: CameraCodes
    guard: Guard
    people: PeopleAdmin
    trail: Trail
    audit: AuditService
    watch: TrailWatch
    overview: OverviewService
    keys: KeysService
    upkeep: UpkeepService
    retention: RetentionService
    slips: SlipService
    support: SupportService
    clock: Callable[[], datetime]
