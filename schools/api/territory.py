"""Municipalities, keyed by their NIS codes."""

from __future__ import annotations

from typing import ClassVar

from django_filters.rest_framework import ChoiceFilter
from rest_framework import serializers

from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet
from schools.models import Municipality, Province


class MunicipalitySerializer(serializers.ModelSerializer[Municipality]):
    """A municipality (commune) by its NIS code, which says the province."""

    province = serializers.ChoiceField(Province.choices, read_only=True)

    class Meta:
        model = Municipality
        fields = ["nis_code", "name", "name_de", "province", "closed_on", "successor"]


class MunicipalityViewSet(ScopedViewSet[Municipality]):
    """Municipalities of Wallonia, the merged ones too."""

    class Filters(ScopedFilterSet):
        province = ChoiceFilter(choices=Province.choices)

        class Meta(ScopedFilterSet.Meta):
            model = Municipality
            fields = {"name": ["exact"], "closed_on": ["isnull"]}

    queryset = Municipality.objects.all()
    serializer_class = MunicipalitySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("nis_code", "name")
    ordering: ClassVar[tuple[str, ...]] = ("nis_code",)
