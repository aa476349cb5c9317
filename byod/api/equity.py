"""The API of equity: requests, rounds, targets, lines and their orders. Nobody is named or keyed:
a request and a line loan are told without their pupil. The verbs run the actions of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from byod.actions.equity.decide_requests import Decided, decide_requests, undo_decision
from byod.actions.equity.order_operator import (
    ask_operator,
    cancel_operator_order,
    report_lost_line,
    settle_by_hand,
)
from byod.models.equity.line_loans import LineLoan
from byod.models.equity.lines import Line
from byod.models.equity.orders import OperatorOrder
from byod.models.equity.requests import LoanRequest
from byod.models.equity.rounds import AllocationRound
from byod.models.equity.targets import EquityTarget
from inventory.access import DecisionImpossible
from inventory.api.observed import DecisionConflict
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.strict import StrictSerializer
from schools.api.viewsets import ScopedViewSet, caller, read_body

T = TypeVar("T")


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


class DecideRequest(StrictSerializer):
    """``available``: grant in fair order those for whom something is there, the others wait."""

    requests = serializers.ListField(
        child=serializers.IntegerField(min_value=1), min_length=1, max_length=10_000
    )
    grant = serializers.BooleanField()
    available = serializers.BooleanField(default=False)
    why = serializers.CharField(
        max_length=300, default="", allow_blank=True, help_text="The family reads it."
    )


class UndoRequest(StrictSerializer):
    """A decision of yours, by its moment, as ``decide`` told it."""

    decided_at = serializers.DateTimeField()


class DecidedSerializer(serializers.Serializer[Decided]):
    """``left``: could not be changed; ``lacking``: nothing is there for them yet."""

    changed = serializers.ListField(child=serializers.IntegerField())
    left = serializers.IntegerField()
    lacking = serializers.IntegerField()
    decided_at = serializers.DateTimeField(source="at", allow_null=True)


class OrderRequest(StrictSerializer):
    """``lost``: out of use at once, its loan ends, the operator is told to suspend it."""

    order = serializers.ChoiceField(choices=["suspend", "resume", "end", "lost"])


class SettleRequest(StrictSerializer):
    """What the operator answered: ``proof`` is its reference, or who said so and when."""

    proof = serializers.CharField(max_length=80)
    refused = serializers.BooleanField(default=False)


def _done(act: Callable[[], T]) -> T:
    """What the page would do; what it would refuse is 409 in its words."""
    try:
        return act()
    except DecisionImpossible as refused:
        raise DecisionConflict(str(refused)) from refused


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

    @extend_schema(request=DecideRequest, responses=DecidedSerializer)
    @action(detail=False, methods=["post"])
    def decide(self, request: Request) -> Response:
        """Grant or refuse many at once; those you do not see are none of them."""
        user, said = caller(request), read_body(DecideRequest, request)
        done = _done(
            lambda: decide_requests(
                user,
                said["requests"],
                grant=said["grant"],
                why=said["why"],
                available=said["available"] and said["grant"],
            )
        )
        return Response(DecidedSerializer(done).data)

    @extend_schema(request=UndoRequest, responses=DecidedSerializer)
    @action(detail=False, methods=["post"])
    def undo(self, request: Request) -> Response:
        """Take a decision of yours back, but for what was handed out or decided anew since."""
        user, said = caller(request), read_body(UndoRequest, request)
        done = _done(lambda: undo_decision(user, said["decided_at"]))
        return Response(DecidedSerializer(done).data)


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

    @extend_schema(request=OrderRequest, responses=OperatorOrderSerializer)
    @action(detail=True, methods=["post"])
    def order(self, request: Request, pk: str) -> Response:
        """Have it suspended, resumed or ended, or report it lost. The same again is one order."""
        row, user = self.get_object(), caller(request)
        kind = read_body(OrderRequest, request)["order"]
        if kind == "lost":
            made = _done(lambda: report_lost_line(user, row.pk))
        else:
            made = _done(lambda: ask_operator(user, row.pk, kind))
        return Response(OperatorOrderSerializer(made).data)


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

    @extend_schema(request=SettleRequest, responses=OperatorOrderSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Note the operator's answer. An order that is settled stays as it is."""
        row, user, said = self.get_object(), caller(request), read_body(SettleRequest, request)
        made = _done(lambda: settle_by_hand(user, row.pk, said["proof"], refused=said["refused"]))
        return Response(OperatorOrderSerializer(made).data)

    @extend_schema(request=None, responses=OperatorOrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Take it back. 409 once the operator has it."""
        row, user = self.get_object(), caller(request)
        made = _done(lambda: cancel_operator_order(user, row.pk))
        return Response(OperatorOrderSerializer(made).data)


ROUTES: tuple[Route, ...] = (
    Route("loan-requests", LoanRequestViewSet),
    Route("allocation-rounds", RoundViewSet),
    Route("equity-targets", TargetViewSet),
    Route("loan-lines", LineViewSet),
    Route("line-loans", LineLoanViewSet),
    Route("line-instructions", OperatorOrderViewSet),
)
