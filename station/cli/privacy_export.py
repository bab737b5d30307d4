"""`station privacy export`: one person's own copy, under two people's eyes, as a locked PDF."""

import argparse
from contextlib import closing

from station.assets import asset
from station.cli.new_files import write_new
from station.cli.noting import log_of, note
from station.cli.opening import (
    NotOpened,
    OpenedStore,
    ask_line,
    ask_passphrase,
    open_store,
    prove_card,
)
from station.domain.audit import (
    AuditFact,
    Exported,
    ExportKind,
    RecordViewed,
    RefusalReason,
    SecondPersonApproved,
    SignInRefused,
    ViewPlace,
)
from station.domain.people import Account
from station.domain.purpose import Purpose
from station.domain.rights import Action, may
from station.forms.alone import ready_to_draw
from station.services.fact_events import audit_draft_of
from station.services.privacy import CopyReason, person_copy
from station.store.keyring import KeyringFile, Refused
from station.store.operators import Operators
from station.store.roster import Roster
from sync.seal.locked_pdf import spoken_passphrase
from sync.wire import sha256_hex


def export(arguments: argparse.Namespace) -> None:
    """Write the copy and tell its passphrase once. Raises NotOpened and what a store raises."""
    store = open_store(arguments, Action.EXPORT_PERSON)
    # Before the second person is asked, who sees it.
    registration_id = ask_line("注册 ID：")
    _approve(store, arguments.approver)
    # Kept to the end: Qt draws nothing without it.
    drawing = ready_to_draw(asset("fonts"))
    passphrase = spoken_passphrase()
    reason = CopyReason(arguments.reason)
    with closing(store.for_writing()) as database:
        applicant = Roster(database).by_registration_id(registration_id)
        log = log_of(store, database)
        try:
            copy = (
                None
                if applicant is None
                else person_copy(database, log, applicant.subject, reason, passphrase)
            )
            if applicant is None or copy is None:
                raise NotOpened(
                    "本机没有这个注册 ID 的资料，请核对后再试。到期的资料本机已删除，平台存有原件。"
                )
            facts: tuple[AuditFact, ...] = (
                SecondPersonApproved(Action.EXPORT_PERSON, arguments.approver),
                RecordViewed(ViewPlace.PRIVACY),
                Exported(
                    ExportKind.PERSON,
                    Purpose(arguments.purpose),
                    copy.items,
                    sha256_hex(copy.pdf),
                    reason.value,
                ),
            )
            # In the trail before it is on the disk: a copy that nobody finds there must not exist.
            actor = store.operator.operator_id
            log.append_many([audit_draft_of(fact, actor, applicant.subject) for fact in facts])
        finally:
            log.close()
    del drawing
    path = write_new(arguments.folder, "personal-copy", ".pdf", copy.pdf)
    print(f"已写入 {path}，内有 {copy.items} 个文件，用 PDF 阅读器输入下面的口令打开。")
    print("口令只显示这一次，请当面抄给本人：")
    print(passphrase)


def _approve(store: OpenedStore, approver: str) -> None:
    """A second person with a right to privacy matters, signed in for real."""
    if approver == store.operator.operator_id:
        raise NotOpened("须由另一位工作人员确认，请换一个人。")
    file = KeyringFile.read(store.places.keyring)
    refused = file.verify_passphrase(approver, ask_passphrase("第二人口令："))
    with closing(store.for_reading()) as database:
        account = Operators(database).account(approver)
    if refused is not None or account is None or not account.enabled:
        # Into the field may have been typed anything: only somebody's account is named.
        note(store, SignInRefused(_reason(refused, account), approver if account else ""))
        raise NotOpened("第二人的账号或口令不对，没有导出，请核对后再试。")
    if account.must_change or not may(account.operator.roles, Action.PRIVACY_REPORT):
        note(store, SignInRefused(RefusalReason.WITHOUT_RIGHT, approver))
        raise NotOpened("第二人没有确认这一项的权限，没有导出，请换一个人。")
    try:
        prove_card(store.settings, account)
    except NotOpened:
        note(store, SignInRefused(RefusalReason.CARD_WRONG, approver))
        raise


def _reason(refused: Refused | None, account: Account | None) -> RefusalReason:
    if account is None:
        return RefusalReason.UNKNOWN
    if refused is None:
        return RefusalReason.DISABLED
    return RefusalReason.LOCKED if refused.wait_s > 0 else RefusalReason.WRONG
