"""Tickets of the sites you see; officers of the SPW read figures, not conversations."""

from __future__ import annotations

from typing import ClassVar

from django_filters.rest_framework import IsoDateTimeFilter

from helpdesk.api import serializers as shapes
from helpdesk.models import Comment, Ticket, TicketEvent
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet


class TicketViewSet(ScopedViewSet[Ticket]):
    """Tickets, the latest first."""

    class Filters(ScopedFilterSet):
        opened_after = IsoDateTimeFilter(field_name="opened_at", lookup_expr="gte")
        opened_before = IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt")
        due_before = IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

        class Meta(ScopedFilterSet.Meta):
            model = Ticket
            fields = {
                "site": ["exact"],
                "device": ["exact"],
                "room": ["exact"],
                "assignee": ["exact", "isnull"],
                "kind": ["exact"],
                "priority": ["exact"],
                "state": ["exact", "in"],
                "subject": ["exact"],
            }

    queryset = Ticket.objects.all()
    serializer_class = shapes.TicketSerializer
    filterset_class = Filters
    related = ("opened_by", "assignee")
    prefetched = ("causes",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "opened_at", "priority")
    ordering: ClassVar[tuple[str, ...]] = ("-id",)


class CommentViewSet(ScopedViewSet[Comment]):
    """Messages of the tickets you see; internal notes reach technicians alone."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Comment
            fields = ["ticket", "internal"]

    queryset = Comment.objects.all()
    serializer_class = shapes.CommentSerializer
    filterset_class = Filters
    related = ("author",)


class TicketEventViewSet(ScopedViewSet[TicketEvent]):
    """The history of the tickets you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = TicketEvent
            fields = ["ticket", "kind"]

    queryset = TicketEvent.objects.all()
    serializer_class = shapes.TicketEventSerializer
    filterset_class = Filters
