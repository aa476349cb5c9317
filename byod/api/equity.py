"""The API of equity: requests, rounds, targets, lines and their orders. Nobody is named or keyed:
a request and a line loan are told without their pupil."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from byod.models.equity.line_loans import LineLoan
from byod.models.equity.lines import Line
from byod.models.equity.orders import OperatorOrder
from byod.models.equity.requests import LoanRequest
from byod.models.equity.rounds import AllocationRound
from byod.models.equity.targets import EquityTarget
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet


class LoanRequestSerializer(serializers.ModelSerializer[LoanRequest]):
    """What was asked for and decided, without the pupil."""

    class Meta:
        model = LoanRequest
        fields = [
            *("id", "site", "school_class", "year", "wants_device", "wants_charger", "wants_line"),
            *("state", "asked_by", "asked_at", "decided_at", "served_at"),
        ]


class RoundSerializer(serializers.ModelSerializer[AllocationRound]):
    """A round with the inputs that it was computed from, and its outcome."""

    class Meta:
        model = AllocationRound
        fields = [
            *("id", "school", "pool", "year", "made_at", "inputs", "inputs_sha256"),
            *("outcome", "outcome_sha256"),
        ]


class EquityTargetSerializer(serializers.ModelSerializer[EquityTarget]):
    """A share set for a school; the newest counts."""

    class Meta:
        model = EquityTarget
        fields = ["id", "school", "percent", "why", "set_at"]


class LineSerializer(serializers.ModelSerializer[Line]):
    """A connection that may be lent; a voucher's code is never told."""

    class Meta:
        model = Line
        fields = [
            *("id", "kind", "pool", "plan", "iccid", "number", "label", "device", "service"),
            *("service_at", "expires_on", "added_at", "removed_at"),
        ]


class LineLoanSerializer(serializers.ModelSerializer[LineLoan]):
    """That a line is or was lent, without the pupil and the household."""

    class Meta:
        model = LineLoan
        fields = ["id", "site", "line", "state", "out_at", "due_on", "returned_at", "end_why"]


class OperatorOrderSerializer(serializers.ModelSerializer[OperatorOrder]):
    """What an operator was told, and its answer."""

    class Meta:
        model = OperatorOrder
        fields = [
            *("id", "line", "kind", "why", "key", "state", "asked_at", "tries", "sent_at"),
            *("settled_at", "reference", "error"),
        ]


class LoanRequestViewSet(ScopedViewSet[LoanRequest]):
    """Requests of the schools that you run."""

    class Filters(ScopedFilterSet):
        school = IdFilter(field_name="site__school_id")

        class Meta(ScopedFilterSet.Meta):
            model = LoanRequest
            fields: ClassVar[list[str]] = ["site", "year", "state", "school_class"]

    queryset = LoanRequest.objects.all()
    serializer_class = LoanRequestSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "asked_at")


class RoundViewSet(ScopedViewSet[AllocationRound]):
    """Rounds of your schools and splits of the pools that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = AllocationRound
            fields: ClassVar[list[str]] = ["school", "pool", "year"]

    queryset = AllocationRound.objects.all()
    serializer_class = RoundSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "made_at")


class TargetViewSet(ScopedViewSet[EquityTarget]):
    """Targets set for schools that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = EquityTarget
            fields: ClassVar[list[str]] = ["school"]

    queryset = EquityTarget.objects.all()
    serializer_class = EquityTargetSerializer
    filterset_class = Filters


class LineViewSet(ScopedViewSet[Line]):
    """Lines of the pools that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Line
            fields: ClassVar[list[str]] = ["pool", "plan", "kind", "service", "iccid"]

    queryset = Line.objects.all()
    serializer_class = LineSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "expires_on", "added_at")


class LineLoanViewSet(ScopedViewSet[LineLoan]):
    """Loans of lines of the schools that you run."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = LineLoan
            fields: ClassVar[list[str]] = ["site", "line", "state"]

    queryset = LineLoan.objects.all()
    serializer_class = LineLoanSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "out_at", "due_on")


class OperatorOrderViewSet(ScopedViewSet[OperatorOrder]):
    """Orders about the lines that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = OperatorOrder
            fields: ClassVar[list[str]] = ["line", "kind", "state"]

    queryset = OperatorOrder.objects.all()
    serializer_class = OperatorOrderSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "asked_at")


ROUTES: tuple[Route, ...] = (
    Route("loan-requests", LoanRequestViewSet),
    Route("allocation-rounds", RoundViewSet),
    Route("equity-targets", TargetViewSet),
    Route("loan-lines", LineViewSet),
    Route("line-loans", LineLoanViewSet),
    Route("line-instructions", OperatorOrderViewSet),
)
