"""The API of loans of devices: pools, what stands in them, loans; and what the desk does.

The verbs are those of the desk and run its actions. Each is as good twice as once: to reserve for
the same request, to hand the same device to the same pupil, to take back what came back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters.rest_framework import BooleanFilter, CharFilter, DateFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from byod.access.loans.desk import can_lend_somewhere
from byod.actions.loans.hand_out import give_charger, hand_out
from byod.actions.loans.reserve import release_device, reserve_device
from byod.actions.loans.take_back import take_back, take_charger_back
from byod.api.loans_told import (
    HandOutRequest,
    LoanPoolSerializer,
    LoanSerializer,
    PoolItemSerializer,
    ReserveRequest,
    ReturnRequest,
)
from byod.listing_pools import pools_seen, ready_items
from byod.loan_days import due_day
from byod.models.equity.requests import LoanRequest
from byod.models.loans.loans import Loan
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.people.members import Member
from inventory.access import DecisionImpossible, require
from inventory.api.observed import DecisionConflict
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet, caller, read_body
from schools.models import Site


class LoanPoolViewSet(ScopedViewSet[LoanPool]):
    """Pools from which the sites you see may lend, with their counts."""

    class Filters(ScopedFilterSet):
        shared = BooleanFilter(field_name="school", lookup_expr="isnull")

        class Meta(ScopedFilterSet.Meta):
            model = LoanPool
            fields: ClassVar[list[str]] = ["school", "authority", "province"]

    queryset = LoanPool.objects.all()
    serializer_class = LoanPoolSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "name")

    def get_queryset(self) -> QuerySet[LoanPool]:
        """Counts come with the page, in the same query."""
        return pools_seen(caller(self.request))


class PoolItemViewSet(ScopedViewSet[PoolItem]):
    """What stands in these pools now. ``?available=true``: what could be handed out."""

    class Filters(ScopedFilterSet):
        product = IdFilter(field_name="device__product_id")
        name = CharFilter(field_name="device__name", lookup_expr="iexact")
        available = BooleanFilter()

        class Meta(ScopedFilterSet.Meta):
            model = PoolItem
            fields: ClassVar[list[str]] = ["pool", "device", "is_charger"]

    queryset = PoolItem.objects.in_pool()
    serializer_class = PoolItemSerializer
    filterset_class = Filters
    related = ("device__product", "device__site")

    def get_queryset(self) -> QuerySet[PoolItem]:
        """Whether it is available comes with the page, in the same query."""
        return ready_items(super().get_queryset())


class LoanViewSet(ScopedViewSet[Loan]):
    """Loans of the sites that you run. The pupil is a pseudonym, ``null`` once forgotten."""

    class Filters(ScopedFilterSet):
        pool = IdFilter(field_name="item__pool_id")
        device = IdFilter(field_name="item__device_id")
        pupil = CharFilter(field_name="borrower__pseudonym", lookup_expr="iexact")
        due_before = DateFilter(field_name="due_on", lookup_expr="lt")

        class Meta(ScopedFilterSet.Meta):
            model = Loan
            fields: ClassVar[list[str]] = ["site", "item", "state"]

    queryset = Loan.objects.all()
    serializer_class = LoanSerializer
    filterset_class = Filters
    related = ("item__device", "charger__device", "borrower")
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "due_on")

    @extend_schema(request=ReserveRequest, responses={201: LoanSerializer})
    def create(self, request: Request) -> Response:
        """Set a device aside for a granted request. 409 where somebody has it, or none is free."""
        user = caller(request)
        require(can_lend_somewhere(user))
        said = read_body(ReserveRequest, request)
        asked = LoanRequest.objects.visible_to(user).filter(pk=said["request"])
        row = asked.select_related("site__school").first()
        if row is None:
            raise _strange("request", _("aucune demande de ce numéro dans vos écoles."))
        due_on = _due(row.site, said["due_on"])
        made = _done(
            lambda: reserve_device(
                user, row.pk, said.get("item"), due_on, product=said.get("product")
            )
        )
        return self._told(made, status.HTTP_201_CREATED)

    @extend_schema(request=HandOutRequest, responses=LoanSerializer)
    @action(detail=False, methods=["post"], url_path="hand-out")
    def hand_out(self, request: Request) -> Response:
        """Hand a device to a pupil, with its charger; a reservation of it becomes the loan."""
        user = caller(request)
        require(can_lend_somewhere(user))
        said = read_body(HandOutRequest, request)
        pupils = Member.objects.visible_to(user).present().pupils()
        member = (
            pupils.filter(pseudonym__iexact=said["pupil"]).select_related("site__school").first()
        )
        if member is None:
            raise _strange("pupil", _("aucun élève de ce pseudonyme dans vos écoles."))
        due_on = _due(member.site, said["due_on"])
        out = Loan.objects.out().filter(borrower=member, item=said["item"]).first()
        made = out or _done(lambda: hand_out(user, member, said["item"], due_on))
        if "charger" in said and said["charger"] != made.charger_id:
            made = _done(lambda: give_charger(user, made.pk, said["charger"])[0])
        return self._told(made)

    @extend_schema(request=ReturnRequest, responses=LoanSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def take_back(self, request: Request, pk: str) -> Response:
        """It came back; ``charger``: whether its charger did. 409 where it never left."""
        user = caller(request)
        row = self.get_object()
        said = read_body(ReturnRequest, request)
        made = _done(lambda: take_back(user, row.pk))
        if said["charger"] is not None:
            made = _done(lambda: take_charger_back(user, row.pk, came=said["charger"]))
        return self._told(made)

    @extend_schema(request=None, responses=LoanSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Let a reservation go. 409 once the device was handed out."""
        row = self.get_object()
        return self._told(_done(lambda: release_device(caller(request), row.pk)))

    def _told(self, row: Loan, code: int = status.HTTP_200_OK) -> Response:
        """The loan as its own address tells it."""
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data, status=code)


def _done(act: Callable[[], Loan]) -> Loan:
    """What the desk would do; what it would refuse is 409 in its words."""
    try:
        return act()
    except DecisionImpossible as refused:
        raise DecisionConflict(str(refused)) from refused


def _due(site: Site, asked: dt.date) -> dt.date:
    today = timezone.localdate()
    if asked <= today:
        raise _strange("due_on", _("choisissez un jour à venir."))
    return due_day(site, asked, today)


def _strange(name: str, why: str) -> serializers.ValidationError:
    return serializers.ValidationError({name: [why]})


ROUTES: tuple[Route, ...] = (
    Route("loan-pools", LoanPoolViewSet),
    Route("loan-items", PoolItemViewSet),
    Route("loans", LoanViewSet),
)
