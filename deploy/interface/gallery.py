"""The gallery `/kit/`: every component with invented data, for pictures and axe."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from deploy.interface.figures import Clock
from deploy.interface.figures_map import MapPoint
from deploy.interface.layout import Node
from deploy.interface.states import STATES
from deploy.lab.accounts import DEMO_ACCOUNTS


def _readings(now: datetime) -> list[tuple[datetime, float | None]]:
    """A day of readings every five minutes: seven short cuts, then silence for 54 minutes."""
    points: list[tuple[datetime, float | None]] = []
    for minute in range(0, 1440, 5):
        at = now - timedelta(minutes=1440 - minute)
        cut = minute >= 1386 or any(0 <= minute - c < 11 for c in (1010, 1098, 1172, 1225, 1291))
        noise = 1.5 * math.sin(minute / 9) + 1.1 * math.cos(minute / 23)
        points.append((at, None if cut else 7 + noise + (9 if minute % 235 == 0 else 0)))
    return points


def sample_nodes() -> list[Node]:
    """The site of the story: one switch down, seven things behind it."""
    nodes = [
        Node("op", "Sambrelia", "fibre 1 Gbit/s", kind="operator"),
        Node("rt", "RT-1", "routeur, local A.02", kind="router", block="Bloc A", parent="op"),
        Node(
            "a1",
            "SW-A1",
            "48 ports, local A.02",
            kind="switch",
            block="Bloc A",
            parent="rt",
            link_label="2×1G",
            url="#sw-a1",
        ),
        Node(
            "b1",
            "SW-B1",
            "24 ports, local B.03",
            "down",
            "switch",
            "Bloc B",
            "a1",
            "lien coupé",
            "down",
            "#sw-b1",
        ),
        Node("imp", "IMP-B1", "imprimante", "effect", "printer", "Bloc B", "b1"),
    ]
    nodes += [
        Node(f"a{n}x", f"AP-A{n:02}", "borne WiFi", "ok", "ap", "Bloc A", "a1")
        for n in range(1, 13)
    ]
    nodes += [Node("scr", "EI-A1", "écran interactif", "ok", "screen", "Bloc A", "a1")]
    nodes += [
        Node(f"b{n}x", f"AP-B{n}", "borne WiFi", "effect", "ap", "Bloc B", "b1")
        for n in range(11, 17)
    ]
    return nodes


def sample_points() -> list[MapPoint]:
    """Troubled and healthy sites over the Region."""
    crowd = [
        MapPoint("down", 4.10, 50.46, "hainaut", "41 implantations, Ronchenée", count=41),
        MapPoint("degraded", 4.42, 50.33, "hainaut", "12 implantations", count=12),
        MapPoint("down", 5.56, 50.63, "liege", "6 implantations", count=6),
        MapPoint("degraded", 4.87, 50.46, "namur", "Athénée Jeanne-Lannoy, Moulin", "#"),
        MapPoint("down", 5.72, 49.68, "luxembourg", "École de la Fontaine-aux-Grives"),
        MapPoint("suspect", 4.72, 50.68, "brabant-wallon", "École du Bois-Planté"),
    ]
    steps = [(4.0, 50.5, "hainaut"), (4.85, 50.30, "namur"), (5.6, 50.5, "liege")]
    for lon, lat, province in steps:
        crowd += [
            MapPoint("ok", lon + (n % 6) * 0.05, lat + (n // 6) * 0.03, province) for n in range(18)
        ]
    return crowd


class SampleForm(forms.Form):
    """A form with one error, for the gallery."""

    subject = forms.CharField(label="Objet", help_text="En quelques mots, comme vous le diriez.")
    room = forms.ChoiceField(label="Local", choices=[("a", "A.11"), ("b", "B.03")], required=False)
    text = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    today = forms.BooleanField(label="Ce local sert aujourd’hui", required=False)


def sample(request: HttpRequest) -> dict[str, Any]:
    """Everything the gallery shows."""
    now = timezone.now().replace(second=0, microsecond=0)
    return {
        "states": list(STATES.values()),
        "clocks": [
            Clock(7560, 10_800, deadline="échéance 13:34"),
            Clock(3_000, 10_800),
            Clock(1_200, 10_800),
            Clock(-2_760, 10_800),
            Clock(4_000, 10_800, paused=True),
        ],
        "trend": [14, 14, 15, 13, 14, 14, 15, 40, 55, 58, 57, 58],
        "cells": ["ok"] * 33 + ["degraded"] + ["ok"] * 9 + ["suspect"] + ["down"] * 4,
        "counts": {"down": 46, "degraded": 12, "suspect": 4, "unknown": 3, "ok": 1002},
        "points": _readings(now),
        "nodes": sample_nodes(),
        "map_points": sample_points(),
        "crumbs": [("Région", "/"), ("Namur", "/"), ("WBE", None), ("Moulin", None)],
        "form": SampleForm({"subject": "", "room": "a"}),
        "moment": now - timedelta(minutes=54),
        "earlier": now - timedelta(days=1, hours=2),
        "rows": list(range(1, 6)),
        "seconds": [40, 281, 1320, 9960, 93_600],
    }


def kit(request: HttpRequest) -> HttpResponse:
    """The desktop gallery."""
    return render(request, "kit/gallery.html", sample(request))


def phone(request: HttpRequest) -> HttpResponse:
    """The phone shell."""
    return render(request, "kit/phone.html", sample(request))


def door(request: HttpRequest) -> HttpResponse:
    """The sign-in page with invented accounts."""
    from schools.sign_in.forms import SignInForm  # noqa: PLC0415 - needs the apps

    context = {
        "form": SignInForm(request=request),
        "demo_accounts": DEMO_ACCOUNTS,
        "next": "/",
        "provider": {"name": "CSAM", "url": "/kit/entree/"},
        "PASSKEY_LOGIN_ENABLED": True,
    }
    return render(request, "auth/sign_in.html", context)


def rows(request: HttpRequest) -> HttpResponse:
    """A list that can grow: `?n=7` gives seven rows, newest first."""
    count = min(int(request.GET.get("n", "3") or 3), 50)
    return render(request, "kit/rows.html", {"rows": range(count, 0, -1)})
