"""Shapes of what is observed. No serializer reads a CredentialSet."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from supervision.models import Check, Incident, Sample, Scan, Target, TargetEvent


class TargetSerializer(serializers.ModelSerializer[Target]):
    """An address that is polled for a device."""

    class Meta:
        model = Target
        fields = [
            "id",
            "device",
            "site",
            "address",
            "port",
            "profile",
            "interval_s",
            "paused",
            "next_poll_at",
            "last_poll_at",
            "last_answer_at",
            "last_rtt_ms",
            "uptime_s",
            "refused_at",
        ]


class CheckSerializer(serializers.ModelSerializer[Check]):
    """One question about a target, and where it stands."""

    device = serializers.IntegerField(source="target.device_id", read_only=True)
    site = serializers.IntegerField(source="target.site_id", read_only=True)

    class Meta:
        model = Check
        fields = [
            "id",
            "target",
            "device",
            "site",
            "key",
            "service",
            "state",
            "severity",
            "state_at",
            "failing_since",
            "recovering_since",
            "flapping",
            "value",
            "detail",
        ]


class IncidentSerializer(serializers.ModelSerializer[Incident]):
    """A fault that outlasted the agreed time; ``root`` set: a consequence of that incident."""

    reference = serializers.CharField(read_only=True)
    check_key = serializers.CharField(source="check_row.key", read_only=True)

    class Meta:
        model = Incident
        fields = [
            "id",
            "reference",
            "site",
            "device",
            "check_row",
            "check_key",
            "service",
            "severity",
            "flapping",
            "state",
            "root",
            "began_at",
            "confirmed_at",
            "raised_at",
            "recovering_at",
            "closed_at",
            "detail",
        ]


class SampleSerializer(serializers.ModelSerializer[Sample]):
    """One poll: its outcome, round trip in ms, and the profile's metrics."""

    class Meta:
        model = Sample
        fields = ["at", "outcome", "rtt_ms", "metrics"]


class TargetEventSerializer(serializers.ModelSerializer[TargetEvent]):
    """One line in the story of a target."""

    class Meta:
        model = TargetEvent
        fields = ["id", "target", "at", "kind", "check_row", "old", "new", "severity", "data"]


class ScanSerializer(serializers.ModelSerializer[Scan]):
    """A discovery of a site: what was asked, how far it got."""

    class Meta:
        model = Scan
        fields = [
            "id",
            "site",
            "scheduled",
            "asked",
            "total",
            "cursor",
            "answered",
            "refused",
            "state",
            "created_at",
            "started_at",
            "ended_at",
        ]


class RestartPortRequest(serializers.Serializer[dict[str, Any]]):
    """Which port, by its name, and why."""

    port = serializers.CharField(max_length=40)
    why = serializers.CharField(max_length=500, allow_blank=True, default="")
