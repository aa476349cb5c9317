"""The API of network access: policies, RADIUS, sessions. No name, and no owner of a device."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from byod.models.network.days import NetworkDay
from byod.models.network.nas import Nas
from byod.models.network.orders import DisconnectOrder
from byod.models.network.policies import NetworkPolicy
from byod.models.network.rules import PolicyRule
from byod.models.network.segments import SiteSegment
from byod.models.network.sessions import NetworkSession
from byod.rules.privacy import counted
from schools.api.filtering import ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet


class PolicyRuleSerializer(serializers.ModelSerializer[PolicyRule]):
    """The rule of one kind of person; ``days`` 0 is Monday, hours are of Brussels."""

    class Meta:
        model = PolicyRule
        fields = [
            *("who", "segment", "days", "opens", "closes", "school_days_only"),
            *("bandwidth", "sessions", "beyond"),
        ]


class NetworkPolicySerializer(serializers.ModelSerializer[NetworkPolicy]):
    """A version of a school's policy."""

    rules = PolicyRuleSerializer(many=True, read_only=True)

    class Meta:
        model = NetworkPolicy
        fields = [
            *("id", "school", "number", "state", "device_limit", "charter_required", "visitors"),
            *("unauthorised", "outside_hours", "live_at", "retired_at", "rules"),
        ]


class SiteSegmentSerializer(serializers.ModelSerializer[SiteSegment]):
    """Which VLAN of a site a segment is."""

    vid = serializers.IntegerField(source="vlan.vid", read_only=True)

    class Meta:
        model = SiteSegment
        fields = ["id", "site", "segment", "vlan", "vid"]


class NasSerializer(serializers.ModelSerializer[Nas]):
    """A RADIUS client. Its secret is shown by no door."""

    class Meta:
        model = Nas
        fields = [
            *("id", "site", "name", "device", "address", "radsec_name", "identifier"),
            *("coa_port", "seen_at", "retired_at"),
        ]


class NetworkSessionSerializer(serializers.ModelSerializer[NetworkSession]):
    """A stay on the network: kind of person and place, not whose."""

    class Meta:
        model = NetworkSession
        fields = [
            *("id", "site", "nas", "who", "segment", "vid", "access_point", "started_at"),
            *("heard_at", "stopped_at", "stop_cause", "down_bytes", "up_bytes"),
            *("beyond_limit", "cached"),
        ]


class DisconnectOrderSerializer(serializers.ModelSerializer[DisconnectOrder]):
    """That a session must end, and what the NAS answered."""

    class Meta:
        model = DisconnectOrder
        fields = [
            *("id", "session", "why", "state", "asked_at", "tries", "answered_at"),
            "error_cause",
        ]


class NetworkDaySerializer(serializers.ModelSerializer[NetworkDay]):
    """A day of a segment; figures are null where fewer than five devices came."""

    sessions = serializers.SerializerMethodField()
    devices = serializers.SerializerMethodField()

    class Meta:
        model = NetworkDay
        fields = ["id", "site", "on", "segment", "sessions", "devices"]

    def get_sessions(self, row: NetworkDay) -> int | None:
        return None if counted(row.devices) is None else row.sessions

    def get_devices(self, row: NetworkDay) -> int | None:
        return counted(row.devices)


class NetworkPolicyViewSet(ScopedViewSet[NetworkPolicy]):
    """Policies of the schools you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = NetworkPolicy
            fields: ClassVar[list[str]] = ["school", "state"]

    queryset = NetworkPolicy.objects.all()
    serializer_class = NetworkPolicySerializer
    filterset_class = Filters
    prefetched = ("rules",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "live_at")


class SiteSegmentViewSet(ScopedViewSet[SiteSegment]):
    """Segments of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = SiteSegment
            fields: ClassVar[list[str]] = ["site", "segment"]

    queryset = SiteSegment.objects.select_related("vlan")
    serializer_class = SiteSegmentSerializer
    filterset_class = Filters


class NasViewSet(ScopedViewSet[Nas]):
    """RADIUS clients of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Nas
            fields: ClassVar[list[str]] = ["site", "address", "radsec_name"]

    queryset = Nas.objects.all()
    serializer_class = NasSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "seen_at")


class NetworkSessionViewSet(ScopedViewSet[NetworkSession]):
    """Sessions of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = NetworkSession
            fields: ClassVar[dict[str, list[str]]] = {
                "site": ["exact"],
                "nas": ["exact"],
                "segment": ["exact"],
                "stopped_at": ["isnull", "gte", "lt"],
            }

    queryset = NetworkSession.objects.all()
    serializer_class = NetworkSessionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "started_at")


class DisconnectOrderViewSet(ScopedViewSet[DisconnectOrder]):
    """Orders to end sessions."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = DisconnectOrder
            fields: ClassVar[list[str]] = ["session", "state", "why"]

    queryset = DisconnectOrder.objects.all()
    serializer_class = DisconnectOrderSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "asked_at")


class NetworkDayViewSet(ScopedViewSet[NetworkDay]):
    """What is left of sessions: figures per day."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = NetworkDay
            fields: ClassVar[dict[str, list[str]]] = {
                "site": ["exact"],
                "segment": ["exact"],
                "on": ["exact", "gte", "lt"],
            }

    queryset = NetworkDay.objects.all()
    serializer_class = NetworkDaySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "on")


ROUTES: tuple[Route, ...] = (
    Route("network-policies", NetworkPolicyViewSet),
    Route("network-segments", SiteSegmentViewSet),
    Route("radius-clients", NasViewSet),
    Route("network-sessions", NetworkSessionViewSet),
    Route("disconnect-orders", DisconnectOrderViewSet),
    Route("network-days", NetworkDayViewSet),
)
