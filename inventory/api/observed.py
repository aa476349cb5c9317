"""What the network shows at the sites you see, and how it differs from the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import DecisionImpossible, can_decide_on, require
from inventory.actions import decide_difference as decide
from inventory.api import serializers as shapes
from inventory.models import (
    Difference,
    ObservedDevice,
    ObservedNeighbour,
    ObservedPort,
    Prefix,
)
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller, read_body
from schools.models import Room


class DecisionConflict(APIException):
    """A decision that cannot be carried out as things stand (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class PrefixViewSet(ScopedViewSet[Prefix]):
    """Prefixes of the sites you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Prefix
            fields = ["site"]

    queryset = Prefix.objects.all()
    serializer_class = shapes.PrefixSerializer
    filterset_class = Filters


class ObservedDeviceViewSet(ScopedViewSet[ObservedDevice]):
    """Devices as the network shows them, with the evidence of each fact."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = ObservedDevice
            fields = {
                "site": ["exact"],
                "device": ["exact", "isnull"],
                "via": ["exact"],
                "parent": ["exact"],
                "category": ["exact"],
                "serial": ["exact"],
                "mac": ["exact"],
                "missing_since": ["isnull"],
            }

    queryset = ObservedDevice.objects.all()
    serializer_class = shapes.ObservedDeviceSerializer
    filterset_class = Filters


class ObservedPortViewSet(ScopedViewSet[ObservedPort]):
    """Ports as the devices tell them."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="observed__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = ObservedPort
            fields = ["observed", "physical"]

    queryset = ObservedPort.objects.all()
    serializer_class = shapes.ObservedPortSerializer
    filterset_class = Filters


class ObservedNeighbourViewSet(ScopedViewSet[ObservedNeighbour]):
    """Neighbours as heard by LLDP and CDP."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="observed__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = ObservedNeighbour
            fields = ["observed", "device", "protocol"]

    queryset = ObservedNeighbour.objects.all()
    serializer_class = shapes.ObservedNeighbourSerializer
    filterset_class = Filters


class DifferenceViewSet(ScopedViewSet[Difference]):
    """Differences between register and network; technicians of the site settle them."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Difference
            fields = ["site", "device", "observed_device", "kind", "state"]

    queryset = Difference.objects.all()
    serializer_class = shapes.DifferenceSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "first_seen_at", "last_seen_at")

    @extend_schema(request=shapes.DecisionRequest, responses=shapes.DifferenceSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Let the register follow the network. 409 where that is impossible, with the reason."""
        row = self._decidable()
        said = read_body(shapes.DecisionRequest, request)
        room = Room.objects.filter(site=row.site_id, pk=said["room"] or 0).first()
        return self._settle(
            decide.accept_difference,
            caller(request),
            row.pk,
            seen=said["fingerprint"],
            why=said["why"],
            room=room,
        )

    @extend_schema(request=shapes.MergeRequest, responses=shapes.DifferenceSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Say that the observation is this device of the register."""
        row = self._decidable()
        said = read_body(shapes.MergeRequest, request)
        return self._settle(
            decide.merge_difference,
            caller(request),
            row.pk,
            said["device"],
            seen=said["fingerprint"],
            why=said["why"],
        )

    @extend_schema(request=shapes.DecisionRequest, responses=shapes.DifferenceSerializer)
    @action(detail=True, methods=["post"])
    def ignore(self, request: Request, pk: str) -> Response:
        """Leave it until what it says changes."""
        row = self._decidable()
        said = read_body(shapes.DecisionRequest, request)
        return self._settle(
            decide.ignore_difference,
            caller(request),
            row.pk,
            seen=said["fingerprint"],
            why=said["why"],
        )

    @extend_schema(request=None, responses=shapes.DifferenceSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a decision back, where the register has not moved on."""
        return self._settle(decide.undo_decision, caller(request), self._decidable().pk)

    def _decidable(self) -> Difference:
        """The row, seen and theirs to settle, before a word of what was sent is read."""
        row: Difference = self.get_object()
        require(can_decide_on(caller(self.request), row))
        return row

    def _settle(self, step: Callable[..., Difference], *args: Any, **said: Any) -> Response:
        try:
            row = step(*args, **said)
        except DecisionImpossible as error:
            raise DecisionConflict(str(error)) from error
        return Response(self.get_serializer(row).data)
