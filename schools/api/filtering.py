"""Filters that never look outside the caller's scope.

A filter on a foreign key compares keys. It must not look the key up: the sentence “no such
school” would tell a stranger which schools exist.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db import models
from django_filters.rest_framework import FilterSet, NumberFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.filters import OrderingFilter

LARGEST_KEY = 2**63 - 1
"""Keys are bigint; PostgreSQL refuses a larger number with an error."""


@extend_schema_field(OpenApiTypes.INT64)
class IdFilter(NumberFilter):  # type: ignore[misc]  # untyped library
    """Rows whose foreign key has this value."""

    field_class = forms.IntegerField

    def get_max_validator(self) -> Any:
        """A number no key can have is refused, not sent to the database."""
        return MaxValueValidator(LARGEST_KEY)


class ScopedFilterSet(FilterSet):  # type: ignore[misc]  # untyped library
    """A filter set whose foreign keys are compared, never looked up."""

    class Meta:
        filter_overrides = {
            models.ForeignKey: {"filter_class": IdFilter},
            models.OneToOneField: {"filter_class": IdFilter},
        }


class DeclaredOrdering(OrderingFilter):
    """``?ordering=`` by the fields that the view declares in ``ordering_fields``."""
