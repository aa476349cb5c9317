"""Drawing rights of the sites you see: balances, movements, computations, programmes, formulas."""

from __future__ import annotations

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.grants.models.rights.corrections import Correction, CountingError
from inventory.grants.models.rights.ledger import DrawingRight, Entry, Movement
from inventory.grants.models.rights.pools import Pool
from inventory.grants.models.rights.programmes import Computation, Formula, Programme
from inventory.grants.models.rights.standing import standing_of
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet, caller
from schools.models import Site


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    """Rights of a run of school years; ``first_year`` 2026 is 2026-2027."""

    class Meta:
        model = Programme
        fields = ["id", "code", "name", "name_de", "first_year", "years"]


class ProgrammeViewSet(ScopedViewSet[Programme]):
    """Programmes with a formula in force; officers see those being written too."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Programme
            fields = ["code", "first_year"]

    queryset = Programme.objects.all()
    serializer_class = ProgrammeSerializer
    filterset_class = Filters


class FormulaSerializer(serializers.ModelSerializer[Formula]):
    """A version of how rights are computed. ``content`` is the whole of it: data, no code."""

    class Meta:
        model = Formula
        fields = ["id", "programme", "number", "label", "content", "note", "adopted_at", "sha256"]


class FormulaViewSet(ScopedViewSet[Formula]):
    """Adopted formulas, frozen; officers see drafts too."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Formula
            fields = ["programme", "label"]

    queryset = Formula.objects.all()
    serializer_class = FormulaSerializer
    filterset_class = Filters


class DrawingRightSerializer(serializers.ModelSerializer[DrawingRight]):
    """Balances in euros. ``released`` = available + reserved + committed + consumed + expired."""

    class Meta:
        model = DrawingRight
        fields = [
            "id",
            "programme",
            "site",
            "usable_from",
            "usable_until",
            "granted",
            "released",
            "unreleased",
            "available",
            "reserved",
            "committed",
            "consumed",
            "expired",
        ]


class StandingSerializer(serializers.Serializer[dict[str, Any]]):
    """What a site may draw, in euros, in the programmes that are not over."""

    site = serializers.IntegerField()
    on = serializers.DateField()
    granted = serializers.DecimalField(12, 2)
    released = serializers.DecimalField(12, 2)
    available = serializers.DecimalField(12, 2)
    reserved = serializers.DecimalField(12, 2)
    committed = serializers.DecimalField(12, 2)
    consumed = serializers.DecimalField(12, 2)
    expired = serializers.DecimalField(12, 2)
    to_release = serializers.DecimalField(12, 2)


class StandingQuery(serializers.Serializer[dict[str, Any]]):
    """``on``: a day gone by is summed up from the entries until its evening."""

    site = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    on = serializers.DateField(required=False)


class DrawingRightViewSet(ScopedViewSet[DrawingRight]):
    """The rights of the sites you see, one per site and programme."""

    class Filters(ScopedFilterSet):
        school = IdFilter(field_name="site__school_id")

        class Meta(ScopedFilterSet.Meta):
            model = DrawingRight
            fields = ["site", "programme"]

    queryset = DrawingRight.objects.all()
    serializer_class = DrawingRightSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "available", "consumed", "granted")

    @extend_schema(
        parameters=[
            OpenApiParameter("site", OpenApiTypes.INT64, required=True),
            OpenApiParameter("on", OpenApiTypes.DATE),
        ],
        responses=StandingSerializer,
        filters=False,
    )
    @action(detail=False, methods=["get"], pagination_class=None)
    def standing(self, request: Request) -> Response:
        """The standing of one site, its programmes together."""
        asked = StandingQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        seen = Site.objects.visible_to(caller(request))
        site = get_object_or_404(seen, pk=asked.validated_data["site"])
        on = asked.validated_data.get("on") or timezone.localdate()
        found = standing_of([site.pk], on)
        told = {name: getattr(found, name) for name in found.__dataclass_fields__}
        return Response(StandingSerializer({"site": site.pk, "on": on, **told}).data)


class EntrySerializer(serializers.ModelSerializer[Entry]):
    """A leg of a movement: what it takes from, or adds to, an account of a right."""

    class Meta:
        model = Entry
        fields = ["right", "account", "amount"]


class MovementSerializer(serializers.ModelSerializer[Movement]):
    """A move of rights, whole and for ever; its entries add up to nothing within each right."""

    entries = EntrySerializer(many=True, read_only=True)

    class Meta:
        model = Movement
        fields = [
            *("id", "kind", "site", "cause", "amount", "year", "at", "actor_text", "why"),
            *("computation", "entries"),
        ]


class MovementViewSet(ScopedViewSet[Movement]):
    """Movements of the rights you see, the whole ledger."""

    class Filters(ScopedFilterSet):
        school = IdFilter(field_name="site__school_id")
        right = IdFilter(field_name="entries__right_id", distinct=True)

        class Meta(ScopedFilterSet.Meta):
            model = Movement
            fields = ["site", "kind", "cause", "year"]

    queryset = Movement.objects.all()
    serializer_class = MovementSerializer
    filterset_class = Filters
    prefetched = ("entries",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "at", "amount")


class ComputationSerializer(serializers.ModelSerializer[Computation]):
    """How an amount was computed: stored inputs, formula, outcome line by line."""

    class Meta:
        model = Computation
        fields = ["id", "programme", "formula", "site", "year", "inputs", "outcome", "amount", "at"]


class ComputationViewSet(ScopedViewSet[Computation]):
    """Where every amount comes from."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Computation
            fields = ["site", "programme", "year"]

    queryset = Computation.objects.all()
    serializer_class = ComputationSerializer
    filterset_class = Filters


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """More or less for a right; an entry once countersigned (``movement``)."""

    class Meta:
        model = Correction
        fields = [
            *("id", "right", "amount", "why", "state", "proposed_at", "decided_at"),
            *("decided_why", "movement"),
        ]


class CorrectionViewSet(ScopedViewSet[Correction]):
    """Corrections of the rights you see."""

    class Filters(ScopedFilterSet):
        site = IdFilter(field_name="right__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Correction
            fields = ["right", "state"]

    queryset = Correction.objects.all()
    serializer_class = CorrectionSerializer
    filterset_class = Filters


class CountingErrorSerializer(serializers.ModelSerializer[CountingError]):
    """What a school says of the count of 15 January, and the answer."""

    class Meta:
        model = CountingError
        fields = [
            *("id", "site", "count_year", "counted", "claimed", "text", "state", "told_at"),
            *("answer", "answered_at"),
        ]


class CountingErrorViewSet(ScopedViewSet[CountingError]):
    """Counting errors told by the schools you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = CountingError
            fields = ["site", "count_year", "state"]

    queryset = CountingError.objects.all()
    serializer_class = CountingErrorSerializer
    filterset_class = Filters


class PoolSerializer(serializers.ModelSerializer[Pool]):
    """Rights that schools of a PO draw on together."""

    class Meta:
        model = Pool
        fields = ["id", "programme", "authority", "opened_on", "act", "closed_on"]


class PoolViewSet(ScopedViewSet[Pool]):
    """Pools of the organising authorities you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Pool
            fields = ["programme", "authority"]

    queryset = Pool.objects.all()
    serializer_class = PoolSerializer
    filterset_class = Filters


ROUTES: list[Route] = [
    Route("drawing-rights", DrawingRightViewSet),
    Route("right-movements", MovementViewSet),
    Route("right-computations", ComputationViewSet),
    Route("right-programmes", ProgrammeViewSet),
    Route("right-formulas", FormulaViewSet),
    Route("right-corrections", CorrectionViewSet),
    Route("counting-errors", CountingErrorViewSet),
    Route("right-pools", PoolViewSet),
]
