"""Write ``preau.json``: the dashboard is a list of panels here, not a file that nobody reviews.

python deploy/ops/grafana/make_dashboard.py
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STAT, LINES = "stat", "timeseries"

PANELS: tuple[tuple[str, str, str, str, str], ...] = (
    # kind, title, expression, legend, unit
    (STAT, "Down", 'max(preau_targets{state="down"})', "", "short"),
    (STAT, "Unknown", 'max(preau_targets{state="unknown"})', "", "short"),
    (STAT, "Root incidents", 'sum(preau_incidents_live{role="root"})', "", "short"),
    (STAT, "Tickets overdue", "sum(preau_tickets_overdue)", "", "short"),
    (LINES, "Devices by state", "max by (state) (preau_targets)", "{{state}}", "short"),
    (LINES, "Polls in 5 min", "max by (outcome) (preau_polls_5m)", "{{outcome}}", "short"),
    (LINES, "Lag", "max by (quantile) (preau_poll_lag_seconds)", "q {{quantile}}", "s"),
    (
        LINES,
        "Batch duration",
        'max by (part) (preau_poll_run_seconds{quantile="0.95"})',
        "{{part}}",
        "s",
    ),
    (LINES, "Incidents", "sum by (service) (preau_incidents_live)", "{{service}}", "short"),
    (LINES, "Open tickets", "sum by (priority) (preau_tickets_open)", "{{priority}}", "short"),
    (LINES, "Queues", "max by (queue) (preau_queue_length)", "{{queue}}", "short"),
    (
        LINES,
        "Worst sites",
        'topk(10, max by (site) (preau_site_targets{state="down",site!="other"}))',
        "{{site}}",
        "short",
    ),
)


def panel(number: int, row: tuple[str, str, str, str, str]) -> Any:
    """One panel; four figures stand in the first row, then two graphs a row."""
    kind, title, expression, legend, unit = row
    if kind == STAT:
        place = {"x": 6 * number, "y": 0, "w": 6, "h": 4}
    else:
        line, column = divmod(number - 4, 2)
        place = {"x": 12 * column, "y": 4 + 8 * line, "w": 12, "h": 8}
    return {
        "id": number + 1,
        "type": kind,
        "title": title,
        "gridPos": place,
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": "A", "expr": expression, "legendFormat": legend}],
    }


def dashboard() -> dict[str, Any]:
    """The whole dashboard; its data source is chosen on import."""
    source = {"name": "source", "type": "datasource", "query": "prometheus", "label": "Source"}
    return {
        "uid": "preau",
        "title": "Préau",
        "tags": ["preau"],
        "schemaVersion": 39,
        "timezone": "Europe/Brussels",
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [panel(number, row) for number, row in enumerate(PANELS)],
    }


def text() -> str:
    """The file's content."""
    return json.dumps(dashboard(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (HERE / "preau.json").write_text(text())
