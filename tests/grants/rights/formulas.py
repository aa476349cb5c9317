"""Three formulas as data, each worked out by hand in docs/grants-formulas.md."""

from __future__ import annotations

from typing import Any

YEARLY = [{"share": "1", "on": "09-01"}] * 4

PER_PUPIL: dict[str, Any] = {
    "unit": {"kind": "eur"},
    "amount": {"minimum": "0", "threshold": 0, "per_pupil": "16.67"},
    "criteria": [
        {
            "fact": "ise",
            "among": ["1", "2", "3a", "3b", "4", "5"],
            "coefficient": "1.20",
            "label": "Encadrement différencié",
            "label_de": "Differenzierte Betreuung",
        }
    ],
    "release": YEARLY,
    "conditions": ["declaration"],
    "pooling": True,
}
"""A: so much per pupil and year, more where the pupils have less."""

POINTS: dict[str, Any] = {
    "unit": {"kind": "points", "eur": "25.00"},
    "amount": {"minimum": "40", "threshold": 50, "per_pupil": "0.5"},
    "levels": {"specialise": "2"},
    "release": [
        {"share": "0.40", "on": "09-01"},
        {"share": "0.15", "on": "09-01"},
        {"share": "0.15", "on": "09-01"},
        {"share": "0.15", "on": "09-01"},
        {"share": "0.15", "on": "09-01"},
    ],
    "conditions": ["declaration", "plan"],
}
"""B: points for the whole of five years, 40 % at once; a pupil of special education is two."""

EQUITY: dict[str, Any] = {
    "amount": {"minimum": "1000", "threshold": 100, "per_pupil": "10"},
    "levels": {"maternel": "0.8"},
    "criteria": [
        {"fact": "ise", "among": ["1", "2", "3", "4", "5"], "coefficient": "1.30", "label": "ISE"},
        {"fact": "never_awarded", "coefficient": "1.20", "label": "Jamais servie"},
    ],
    "combine": "add",
    "coefficient_at_most": "1.40",
    "round_to": "10",
    "release": YEARLY,
    "floor": "0.9",
    "carry_over_years": 1,
}
"""C: a minimum for all, coefficients added up to a ceiling, a floor, parts that expire."""
