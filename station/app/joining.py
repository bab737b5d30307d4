"""Every service of a station, joined to the others."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from matcher import Extractor
from station.app.equipment import Equipment
from station.domain.audit import ActionRefused
from station.services.audit import AuditKeys, AuditService
from station.services.board import BoardService
from station.services.bundle import Services
from station.services.camera_codes import CameraCodes
from station.services.card_sign_in import CardSignIn
from station.services.desk import DeskService
from station.services.devices import DeviceService
from station.services.erasure import Eraser
from station.services.form_desk import FormDesk
from station.services.gate import GateService
from station.services.guard import Guard
from station.services.key_access import KeyAccess
from station.services.keys import KeysService
from station.services.log_witnesses import witnesses_of
from station.services.matching import Matching
from station.services.overview import OverviewService, StationFacts
from station.services.people_admin import PeopleAdmin
from station.services.places import Places
from station.services.platform import PlatformService
from station.services.printing import Printing
from station.services.recording import Recorder
from station.services.retention import RetentionService
from station.services.retention_policy import PolicySource
from station.services.review import ReviewService
from station.services.runner import Runner
from station.services.sealing import Sealing
from station.services.sign_in import SignInService
from station.services.site import PackageKeys, SitePackages
from station.services.slips import SlipService
from station.services.support_bundle import SupportService
from station.services.support_parts import Facts as SupportFacts
from station.services.sweeper import Sweeper
from station.services.technical_log import TechnicalLog
from station.services.trail import Trail
from station.services.trail_watch import TrailWatch
from station.services.unlocking import Opening
from station.services.upkeep import DRILL_EVERY_H, UpkeepService
from station.services.upkeep_folders import kept_folders, signed_by
from station.services.upkeep_jobs import UpkeepJobs
from station.services.upkeep_record import Job
from station.settings import (
    Settings,
)
from station.store.clock import StationClock
from station.store.database import open_for_reading
from station.store.keyring import (
    measured_cost,
)
from station.store.outbox import StationOutbox
from station.workflow.effects import Sound
from sync.client import HubClient, StationIdentity

Play = Callable[[Sound], None]


def services_of(
    settings: Settings,
    equipment: Equipment,
    opening: Opening,
    runner: Runner,
    clock: StationClock,
    extractor: Extractor,
    session: requests.Session,
    play: Play,
) -> Services:
    """The bundle that screens talk to; nothing here waits or fails."""
    room, keys = opening.room, opening.unlocked.keyring
    platform = keys.platform
    assert platform is not None  # `open_room` looked

    def now() -> datetime:
        return datetime.fromtimestamp(clock.corrected_s(), UTC)

    places = Places.of(settings)
    identity = StationIdentity(keys.station, keys.signing, platform.verify_key)
    client = HubClient(
        settings.hub_url, identity, session, lambda: now().timestamp(), settings.hub_timeout_s
    )
    watched = DeviceService(equipment.devices, runner)
    printing = Printing(watched, runner)
    trail = Trail(room, runner, lambda count: synchronising.events_stored(count))
    cards = CardSignIn(watched, settings.second_factor, now)
    access = KeyAccess(opening.file, opening.unlocked, measured_cost)
    sign_in = SignInService(room, runner, access, cards, trail)
    guard = Guard(sign_in, lambda action, who: trail.note(ActionRefused(action), who))
    synchronising = PlatformService(
        room,
        StationOutbox(room.database),
        runner,
        client,
        guard,
        clock,
        Eraser(room, places.saved_forms),
        settings.hub_pause_s,
        on_erased=lambda: upkeep.make_due(Job.BACKUP),
    )
    stored = synchronising.events_stored
    recorder = Recorder(room, runner, guard, stored, sign_in.take_approval)
    matching = Matching(extractor, settings.visit_far)
    forms = FormDesk(
        room, runner, printing, settings, equipment.layout, equipment.saver, guard, trail
    )
    packages = SitePackages(
        room,
        runner,
        client,
        PackageKeys(keys.station, platform.verify_key, keys.unsealing),
        settings,
        now,
    )
    desk = DeskService(
        room=room,
        runner=runner,
        devices=watched,
        matching=matching,
        forms=forms,
        printing=printing,
        sealing=Sealing(room, platform.unit_sealing_key),
        recorder=recorder,
        guard=guard,
        trail=trail,
        clock=now,
        play=play,
        required_quality=settings.quality_minimum,
    )
    upkeep = _upkeep(settings, opening, runner, clock, guard, trail)
    policies = PolicySource(room.database, equipment.retention, settings.retention_file)
    verified = signed_by(platform.verify_key)
    sweeper = Sweeper(room, clock, verified, kept_folders(settings, keys.station))
    return Services(
        sign_in=sign_in,
        desk=desk,
        review=ReviewService(room, runner, forms, recorder, guard, trail, play),
        gate=GateService(
            room, runner, watched, matching, packages, recorder, guard, trail, now, play
        ),
        devices=watched,
        printing=printing,
        platform=synchronising,
        board=BoardService(room, runner, guard, now),
        codes=CameraCodes(watched, runner, time.monotonic),
        guard=guard,
        people=PeopleAdmin(room, runner, access, cards, guard, trail, sign_in.load),
        trail=trail,
        audit=AuditService(
            room,
            runner,
            guard,
            trail,
            AuditKeys(
                keys.signing,
                lambda: witnesses_of(opening.unlocked.keyring, places),
                # The database's key may be renewed while the station runs.
                lambda: open_for_reading(places.database, opening.unlocked.keyring.database),
            ),
            places.exports,
            now,
        ),
        watch=TrailWatch(trail, runner, settings),
        overview=OverviewService(StationFacts.of(settings, keys), runner),
        keys=KeysService(
            room,
            runner,
            guard,
            trail,
            printing,
            access,
            settings,
            lambda: f"{now().astimezone():%Y-%m-%d}",
            lambda: upkeep.make_due(Job.BACKUP),
        ),
        upkeep=upkeep,
        retention=RetentionService(
            sweeper,
            policies,
            runner,
            guard,
            time.monotonic,
            synchronising.events_stored,
            lambda: upkeep.make_due(Job.BACKUP),
        ),
        slips=SlipService(
            room, runner, printing, guard, trail, policies, settings, equipment.slip, now
        ),
        support=SupportService(
            room,
            runner,
            guard,
            trail,
            TechnicalLog(places.technical_log, time.time),
            lambda: SupportFacts(settings, places.database.parent, watched.chips),
            places.exports,
        ),
        clock=now,
    )


def _upkeep(
    settings: Settings,
    opening: Opening,
    runner: Runner,
    clock: StationClock,
    guard: Guard,
    trail: Trail,
) -> UpkeepService:
    jobs = UpkeepJobs.of(settings, opening.file, opening.unlocked, clock.corrected_s)
    every_h = {
        Job.CHECK: settings.check_every_h,
        Job.BACKUP: settings.backup_every_h,
        Job.DRILL: DRILL_EVERY_H,
    }
    return UpkeepService(
        opening.room, runner, guard, trail, jobs, every_h, clock.corrected_s, time.monotonic
    )
