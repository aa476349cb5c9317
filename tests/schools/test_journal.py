"""The journal of a site: every verb in words, repetitions of the platform told once."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone, translation

from schools.actions.audit import record_action
from schools.actions.write_down_sign_in import EVENTS
from schools.journal import VERBS, fold, journal_of, verb_of
from schools.models import AuditEntry, Site
from tests.cast import Cast

ROOT = Path(__file__).parents[2]
APPS = ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy")
CHOSEN_ELSEWHERE = {
    "schools/actions/write_down_sign_in.py": set(EVENTS.values()),
    "schools/actions/close_room.py": {"close_room", "reopen_room"},
    "schools/actions/set_opening.py": {"set_opening", "restore_opening"},
    "schools/actions/give_consent.py": {
        "give_consent",
        "revoke_consent",
        "keep_consent",
        "attach_document",
    },
    "schools/actions/plan_writing.py": {
        "attach_document",
        "start_plan",
        "submit_plan",
        "withdraw_plan",
        "approve_plan",
        "return_plan",
        "remark_plan",
    },
    "byod/actions/people/credentials.py": {"issue_credential"},
    "byod/actions/people/devices.py": {
        f"{act}_personal_device" for act in ("add", "lost", "removed", "replaced")
    },
    "byod/actions/strategy/locking.py": {
        "start_strategy",
        "submit_strategy",
        "take_back_strategy",
        "approve_strategy",
        "return_strategy",
        "deploy_strategy",
        "open_strategy_review",
        "confirm_strategy",
        "rewrite_strategy",
        "attach_strategy_paper",
        "remove_strategy_paper",
    },
    "byod/actions/strategy/settle.py": {"set_pilot", "end_pilot"},
    "schools/actions/import_writing.py": {
        "import_created",
        "import_changed",
        "import_moved",
        "import_closed",
        "import_reopened",
        "import_ise",
        "import_headcounts",
        "import_rooms",
    },
    "schools/actions/invite_person.py": {
        "invite_person",
        "resend_invitation",
        "revoke_invitation",
        "accept_invitation",
    },
    "inventory/actions/decide_difference.py": {
        "accept_difference",
        "merge_difference",
        "ignore_difference",
    },
    "inventory/actions/attach_to_device.py": {"restore_device_file", "withdraw_device_file"},
    "inventory/actions/configuration/ask.py": {"resume_backup", "trust_new_key"},
    "inventory/actions/configuration/record.py": {
        "configuration_first_read",
        "configuration_changed",
    },
    "inventory/actions/keep_connections.py": {
        f"{act}_{kind}"
        for act in ("add", "change")
        for kind in ("frameworkcontract", "infrastructure", "offer", "operator")
    },
    "inventory/actions/keep_network.py": set(),  # as the admin: the verb and the model
    "inventory/actions/move_line.py": {"order_line", "activate_line", "end_line", "cancel_line"},
    "inventory/actions/push_permit.py": {"write_configuration", "return_configuration"},
    "inventory/actions/push_step.py": {
        "push_blocked",
        "push_failed",
        "push_moved",
        "push_rolled_back",
        "push_verified",
    },
    "inventory/actions/push_writing.py": {
        "submit_push_plan",
        "withdraw_push_plan",
        "approve_push_plan",
        "refuse_push_plan",
        "drop_push_plan",
        "start_push",
        "continue_push",
        "stop_push",
        "resume_push",
        "return_push",
        "hold_push",
        "next_wave",
        "finish_push",
        "expire_push",
        "finish_return",
    },
    "byod/actions/equity/decide_requests.py": {
        *("propose_loan", "grant_loan", "refuse_loan", "undo_loan_decision"),
        *("put_loan_first", "put_loan_back"),
    },
    "byod/actions/equity/import_lines.py": {"import_created", "import_changed"},
    "byod/actions/equity/keep_lines.py": {
        f"{act}_{kind}" for act in ("add", "change") for kind in ("lineoperator", "lineplan")
    },
    "byod/actions/equity/order_operator.py": {"note_order_done", "note_order_refused"},
    "byod/actions/loans/damages.py": {"repair_lent_device", "write_off_lent_device"},
    "byod/actions/loans/writing.py": {
        *("reserve_device", "release_device", "lend_device", "undo_lend_device"),
        *("take_back_device", "undo_take_back_device", "give_charger", "take_back_charger"),
        *("miss_charger", "add_loan_photo", "sign_loan_terms"),
    },
    "byod/actions/network/write_partner.py": {"add_radius_partner", "change_radius_partner"},
    "byod/actions/network/write_clients.py": {"add_radius_client", "change_radius_client"},
    "inventory/actions/consumables/ledger.py": {
        "receive_stock",
        "return_stock",
        "use_consumable",
    },
    "inventory/actions/settle_findings.py": {"accept_finding", "leave_finding", "undo_finding"},
    "inventory/actions/write_custom_field.py": {"archive_custom_field", "restore_custom_field"},
    "inventory/imports/infrastructure.py": {"import_created", "import_changed"},
    "inventory/grants/actions/calls/hold.py": {
        f"{state}_application"
        for state in (
            *("draft", "validated", "countersigned", "submitted", "withdrawn"),
            *("ineligible", "awarded"),
        )
    },
    "inventory/grants/actions/orders/claim_warranty.py": {
        "grant_replacement",
        "refuse_replacement",
    },
    "inventory/grants/actions/orders/hear_supplier.py": {
        f"hear_{kind}"
        for kind in ("acknowledge", "plan", "backorder", "ship", "unship", "arrive", "collect")
    },
    "inventory/grants/actions/orders/join_centre.py": {"accept_membership", "refuse_membership"},
    "inventory/grants/actions/orders/keep_market.py": {
        f"{act}_{kind}" for act in ("add", "change") for kind in ("supplier", "lot")
    },
    "inventory/grants/actions/returns/centres.py": {"add_centre", "change_centre"},
    "inventory/grants/actions/returns/deposit.py": {
        f"{state}_resource"
        for state in ("deposited", "to_correct", "accepted", "published", "withdrawn")
    },
    "inventory/grants/actions/rights/ledger.py": {
        f"{act}_right" for act in ("reserve", "commit", "consume", "void")
    },
    "schools/audited_admin.py": set(),  # add_, change_, delete_ and the model: see below
    "helpdesk/actions/open_for_incident.py": {
        "join_incident:relapsed",
        "join_incident:deeper",
        "join_incident:joined",
    },
}
"""Files that give ``record_action`` a name, and the verbs that it may hold."""
WRITTEN_BY_SETS = {"import_created", "import_changed", "import_devices", "bulk_changed"}
"""Verbs that ``inventory/actions/staged_writing.py`` writes in SQL, thousands at a time."""


def _written() -> Iterator[tuple[str, str | None]]:
    """File and verb of every ``record_action`` and ``JournalLine``; None: not a literal."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or len(node.args) < 2:
                    continue
                place = {"record_action": 1, "JournalLine": 0}.get(getattr(node.func, "id", ""))
                if place is None:
                    continue
                verb = node.args[place]
                literal = verb.value if isinstance(verb, ast.Constant) else None
                yield path.relative_to(ROOT).as_posix(), literal


def test_every_verb_that_an_action_writes_has_words() -> None:
    found = set(_written())
    assert len(found) > 20
    dynamic = {path for path, verb in found if verb is None}
    assert dynamic == set(CHOSEN_ELSEWHERE)
    verbs = {verb for _path, verb in found if verb} | set().union(*CHOSEN_ELSEWHERE.values())
    verbs |= WRITTEN_BY_SETS
    assert verbs - set(VERBS) == set()
    assert set(VERBS) - verbs == set(), "words for verbs that nobody writes"


def test_a_form_of_the_admin_is_told_with_its_kind() -> None:
    with translation.override("fr"):
        assert verb_of("change_site", "schools.site") == "modification (implantation)"
        assert verb_of("add_gone", "schools.gone") == "add_gone"


def test_what_the_platform_repeats_is_one_line(cast: Cast) -> None:
    for _n in range(4):
        record_action(None, "attach_consequences", cast.tilleuls, site=cast.tilleuls)
        record_action(None, "write_recovery", cast.tilleuls, site=cast.tilleuls)
    record_action(cast.sofia, "take_ticket", cast.tilleuls, site=cast.tilleuls)
    record_action(cast.sofia, "take_ticket", cast.tilleuls, site=cast.tilleuls)
    with translation.override("fr"):
        assert [line.verb for line in journal_of(cast.tilleuls, cast.sofia)] == [
            "ticket pris",
            "ticket pris",
            "rétablissement noté, 4 fois",
            "conséquences rattachées, 4 fois",
        ]


def test_another_day_is_another_line(cast: Cast) -> None:
    now = timezone.now()
    entries = [_entry(cast.tilleuls, now - dt.timedelta(minutes=n)) for n in (0, 5, 60)]
    assert [line.times for line in fold(entries)] == [2, 1]


def _entry(site: Site, at: dt.datetime) -> AuditEntry:
    return AuditEntry(action="write_recovery", object_type="x", object_id="1", site=site, at=at)
