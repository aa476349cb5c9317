"""What is observed at the sites you see."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.fields import DateTimeField
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.paging import CursorPages
from schools.api.problems import DeviceFailed
from schools.api.viewsets import ScopedViewSet, caller, read_body
from supervision.actions.poll_now import poll_now
from supervision.actions.restart_port import PortFailed, restart_port
from supervision.api import serializers as shapes
from supervision.models import Check, Incident, Sample, Scan, Target, TargetEvent
from supervision.tasks import poll_targets

LONGEST = dt.timedelta(days=31)
"""Samples are asked for by at most this span: a target has 8,900 of them in a month."""


class TargetViewSet(ScopedViewSet[Target]):
    """Supervised devices of the sites you see. Credentials never leave the database."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Target
            fields = ["site", "device", "profile", "paused"]

    queryset = Target.objects.all()
    serializer_class = shapes.TargetSerializer
    filterset_class = Filters
    related = ("site__school",)

    @extend_schema(request=None, responses={202: shapes.TargetSerializer})
    @action(detail=True, methods=["post"], url_path="poll-now")
    def poll_now(self, request: Request, pk: str) -> Response:
        """Read the device again at once; the answer is in the next samples."""
        target = self.get_object()
        woken = poll_now(caller(request), target, timezone.now())
        poll_targets.delay(woken)
        target.refresh_from_db()
        return Response(self.get_serializer(target).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=shapes.RestartPortRequest, responses={204: None})
    @action(detail=True, methods=["post"], url_path="restart-port")
    def restart_port(self, request: Request, pk: str) -> Response:
        """Switch a port off and on again; never on a network that the school manages itself."""
        target = self.get_object()
        asked = read_body(shapes.RestartPortRequest, request)
        try:
            restart_port(caller(request), target, asked["port"], timezone.now(), why=asked["why"])
        except PortFailed as error:
            raise DeviceFailed(str(error)) from error
        return Response(status=status.HTTP_204_NO_CONTENT)


class CheckViewSet(ScopedViewSet[Check]):
    """Checks and where they stand. Unknown is not a fault: nobody could look."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="target__site_id")
        device = IdFilter(field_name="target__device_id")

        class Meta(ScopedFilterSet.Meta):
            model = Check
            fields = ["target", "key", "service", "state", "severity", "flapping"]

    queryset = Check.objects.all()
    serializer_class = shapes.CheckSerializer
    filterset_class = Filters
    related = ("target",)


class IncidentViewSet(ScopedViewSet[Incident]):
    """Confirmed faults, the latest first. ``root=null`` ones deserve a ticket."""

    class Filters(ScopedFilterSet):
        confirmed_after = IsoDateTimeFilter(field_name="confirmed_at", lookup_expr="gte")
        confirmed_before = IsoDateTimeFilter(field_name="confirmed_at", lookup_expr="lt")

        class Meta(ScopedFilterSet.Meta):
            model = Incident
            fields = {
                "site": ["exact"],
                "device": ["exact"],
                "service": ["exact"],
                "severity": ["exact"],
                "state": ["exact", "in"],
                "flapping": ["exact"],
                "root": ["exact", "isnull"],
            }

    queryset = Incident.objects.all()
    serializer_class = shapes.IncidentSerializer
    filterset_class = Filters
    related = ("check_row",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "began_at", "confirmed_at")
    ordering: ClassVar[tuple[str, ...]] = ("-confirmed_at", "-id")


class TargetEventViewSet(ScopedViewSet[TargetEvent]):
    """The story of the targets you see, newest first."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="target__site_id")
        after = IsoDateTimeFilter(field_name="at", lookup_expr="gte")
        before = IsoDateTimeFilter(field_name="at", lookup_expr="lt")

        class Meta(ScopedFilterSet.Meta):
            model = TargetEvent
            fields = ["target", "kind"]

    queryset = TargetEvent.objects.all()
    serializer_class = shapes.TargetEventSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("at",)
    ordering: ClassVar[tuple[str, ...]] = ("-at", "-id")


class ScanViewSet(ScopedViewSet[Scan]):
    """Discoveries of the sites you see, the latest first."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Scan
            fields = ["site", "state", "scheduled"]

    queryset = Scan.objects.all()
    serializer_class = shapes.ScanSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "created_at")
    ordering: ClassVar[tuple[str, ...]] = ("-created_at", "-id")


class SamplePages(CursorPages):
    """Samples in order of time: 500 a page, at most 5,000."""

    page_size = 500
    max_page_size = 5000
    ordering = "at"


@extend_schema(
    parameters=[
        OpenApiParameter("from", OpenApiTypes.DATETIME, description="Default: 24 hours ago."),
        OpenApiParameter("to", OpenApiTypes.DATETIME, description="Default: now."),
    ]
)
class SampleListView(ListAPIView[Sample]):
    """Samples of one target between ``from`` and ``to`` (31 days at most), oldest first."""

    queryset = Sample.objects.all()
    serializer_class = shapes.SampleSerializer
    pagination_class = SamplePages
    filter_backends = ()

    def get_queryset(self) -> QuerySet[Sample]:
        """Samples of a target that the caller sees; another target is 404."""
        targets = Target.objects.visible_to(self.request.user)
        target = get_object_or_404(targets, pk=self.kwargs["target"])
        begin, end = self._span()
        return Sample.objects.filter(target=target, at__gte=begin, at__lt=end)

    def _span(self) -> tuple[dt.datetime, dt.datetime]:
        end = self._moment("to") or timezone.now()
        begin = self._moment("from") or end - dt.timedelta(days=1)
        if not dt.timedelta(0) <= end - begin <= LONGEST:
            raise ValidationError({"from": [_("Demandez au plus 31 jours, dans l’ordre.")]})
        return begin, end

    def _moment(self, name: str) -> dt.datetime | None:
        text = self.request.query_params.get(name)
        if not text:
            return None
        try:
            moment: dt.datetime = DateTimeField().to_internal_value(text)
        except ValidationError as error:
            raise ValidationError({name: error.detail}) from None
        return moment
