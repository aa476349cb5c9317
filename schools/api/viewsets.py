"""Where every list and every object of the API begins: with what the caller may see."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeVar, cast

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet

from schools.models import User

M = TypeVar("M", bound=Model)


class Scoped(Protocol):
    """A QuerySet that knows who may see its rows."""

    def visible_to(self, user: Any) -> Any:
        """The rows that ``user`` may see."""
        ...


class ScopedViewSet(ReadOnlyModelViewSet[M]):
    """Read-only rows within the caller's scope; what stands outside is 404.

    ``related`` and ``prefetched`` name what the serializer reads besides the row, so that a list
    costs the same number of queries whatever its length.
    """

    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    ordering_fields: ClassVar[tuple[str, ...]] = ("id",)
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def get_queryset(self) -> QuerySet[M]:
        """What the caller may see."""
        rows = cast("Scoped", super().get_queryset()).visible_to(self.request.user)
        return cast(
            "QuerySet[M]",
            rows.select_related(*self.related).prefetch_related(*self.prefetched),
        )


def caller(request: Request) -> User:
    """The person who calls: every view asks for one (DEFAULT_PERMISSION_CLASSES)."""
    assert isinstance(request.user, User)
    return request.user


def read_body(shape: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """What the caller sent, in that shape. Raises ValidationError naming the wrong fields."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
