"""Every metric of ours, declared once: its name, its meaning, its labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily

Row = tuple[tuple[str, ...], float]
"""Label values, and the figure."""


@dataclass(frozen=True)
class Gauge:
    """A metric of ours. All are gauges: they are facts of the moment, read from rows."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()

    def family(self, rows: Iterable[Row]) -> GaugeMetricFamily:
        """The metric with its figures."""
        made = GaugeMetricFamily(self.name, self.meaning, labels=self.labels)
        for labels, value in rows:
            made.add_metric(list(labels), float(value))
        return made

    def single(self, value: float) -> GaugeMetricFamily:
        """The metric with one figure and no label."""
        return self.family([((), value)])


BUILD = Gauge(
    "preau_build_info", "Always 1; the labels tell what runs.", ("version", "python", "django")
)
DATABASE_UP = Gauge("preau_database_up", "1 when the database answered this scrape.")
BROKER_UP = Gauge("preau_broker_up", "1 when the broker answered this scrape.")
SCRAPE_SECONDS = Gauge("preau_scrape_seconds", "Time that computing these metrics took, seconds.")

POLLS = Gauge("preau_polls_5m", "Polls that ended in the last five minutes.", ("outcome",))
POLL_RUNS = Gauge("preau_poll_runs_5m", "Batches that ended in the last five minutes.")
POLL_SECONDS = Gauge(
    "preau_poll_run_seconds",
    "Duration of the batches of the last five minutes, by part and quantile, seconds.",
    ("part", "quantile"),
)
POLL_RUN_LAG = Gauge(
    "preau_poll_run_lag_seconds",
    "The worst delay against schedule among the polls of the last five minutes, seconds.",
)
TARGETS = Gauge(
    "preau_targets",
    "Supervised devices by state; paused and without_consent ones are never polled.",
    ("state",),
)
DUE = Gauge("preau_targets_due", "Devices whose time has come and that no worker has claimed yet.")
LAG = Gauge(
    "preau_poll_lag_seconds",
    "How late the due devices are, seconds: 0.95 and the worst (1).",
    ("quantile",),
)
LAST_POLL_AGE = Gauge("preau_last_poll_age_seconds", "Age of the most recent poll, seconds.")
PARTITIONS_AHEAD = Gauge(
    "preau_sample_partitions_ahead_days",
    "Days after today for which the table of samples has a partition.",
)

JOURNAL_ENTRIES = Gauge("preau_journal_entries", "Number of the last sealed entry of the journal.")
JOURNAL_CHECK_AGE = Gauge(
    "preau_journal_check_age_seconds", "Age of the last look at the chain of the journal, seconds."
)
JOURNAL_BROKEN = Gauge(
    "preau_journal_broken", "1 when that look found the chain broken, 0 when it held."
)

INCIDENTS = Gauge(
    "preau_incidents_live",
    "Incidents that are not closed; role is root or effect.",
    ("service", "severity", "role"),
)
INCIDENTS_WITHOUT_TICKET = Gauge(
    "preau_incidents_without_ticket", "Raised root incidents that no ticket answers for yet."
)
TICKETS = Gauge(
    "preau_tickets_open", "Tickets in which somebody still owes something.", ("state", "priority")
)
OVERDUE = Gauge("preau_tickets_overdue", "Open tickets beyond their deadline.", ("priority",))
QUEUE = Gauge("preau_queue_length", "Tasks that wait in the broker.", ("queue",))

RIGHTS = Gauge(
    "preau_rights_euros", "Drawing rights of the Region by account, in euros.", ("account",)
)
RIGHTS_DIFFERENCES = Gauge(
    "preau_rights_differences", "Balances that the last recount found to differ from their entries."
)
RIGHTS_RECOUNT_AGE = Gauge(
    "preau_rights_recount_age_seconds", "Age of the last recount of the ledger of rights, seconds."
)

SCHOOLS_WITHOUT_CONTACT = Gauge(
    "preau_schools_without_contact",
    "Open schools without a contact person in force, neither their own nor one at each site.",
)
INVITATIONS = Gauge(
    "preau_invitations_open",
    "Invitations neither accepted nor taken back; state is waiting, sent, failed or expired.",
    ("state",),
)

RADIUS_ANSWERS = Gauge(
    "preau_radius_answers_1h",
    "Answers to personal devices in the last hour; from_memory is 1 while we did not answer.",
    ("outcome", "reason", "from_memory"),
)
NETWORK_SESSIONS = Gauge("preau_network_sessions_open", "Personal devices on the network now.")
DISCONNECTS = Gauge(
    "preau_disconnects_1h",
    "Orders to leave of the last hour; unconfirmed: no NAS answered.",
    ("state",),
)

RADIUS_FILES_AGE = Gauge(
    "preau_radius_files_age_seconds",
    "Since a RADIUS server last compared its files with what they should be.",
    ("host",),
)
RADIUS_FILES_CURRENT = Gauge(
    "preau_radius_files_current",
    "1 when the files of a RADIUS server are made from what the platform holds now.",
    ("host",),
)
RADIUS_FILES_REFUSED = Gauge(
    "preau_radius_files_refused",
    "1 when a RADIUS server refused its newest files; it goes on with the former ones.",
    ("host",),
)
CERTIFICATE_ENDS = Gauge(
    "preau_certificate_ends_seconds",
    "Until a certificate of network access ends; kind is root, issuer, server or equipment.",
    ("kind", "name"),
)

SITE_TARGETS = Gauge(
    "preau_site_targets",
    "Supervised devices of a site by state; sites beyond the cap stand together as other.",
    ("site", "fase", "state"),
)
SITE_CLIENTS = Gauge(
    "preau_site_clients",
    "WiFi clients of a site, as its access points last said.",
    ("site", "fase"),
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Gauge))
