from .checks import AgreedTime, Check, CheckState, Service, Severity
from .discovery import CredentialScope, Scan, ScanFinding, ScanState
from .incidents import Incident, IncidentState
from .observations import EventKind, Neighbour, PollRun, Sample, Snapshot, TargetEvent
from .targets import CredentialSet, CredentialVersion, Target, Trap

__all__ = [
    "AgreedTime",
    "Check",
    "CheckState",
    "CredentialScope",
    "CredentialSet",
    "CredentialVersion",
    "EventKind",
    "Incident",
    "IncidentState",
    "Neighbour",
    "PollRun",
    "Sample",
    "Scan",
    "ScanFinding",
    "ScanState",
    "Service",
    "Severity",
    "Snapshot",
    "Target",
    "TargetEvent",
    "Trap",
]
