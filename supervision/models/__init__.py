from .checks import AgreedTime, Check, CheckState, Service, Severity
from .incidents import Incident, IncidentState
from .observations import EventKind, Neighbour, PollRun, Sample, Snapshot, TargetEvent
from .targets import CredentialSet, CredentialVersion, Target, Trap

__all__ = [
    "AgreedTime",
    "Check",
    "CheckState",
    "CredentialSet",
    "CredentialVersion",
    "EventKind",
    "Incident",
    "IncidentState",
    "Neighbour",
    "PollRun",
    "Sample",
    "Service",
    "Severity",
    "Snapshot",
    "Target",
    "TargetEvent",
    "Trap",
]
