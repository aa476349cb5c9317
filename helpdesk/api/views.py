"""Tickets of the sites you see; officers of the SPW read figures, not conversations."""

from __future__ import annotations

from typing import ClassVar

from django_filters.rest_framework import IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from helpdesk.actions.ask_contact import ask_contact
from helpdesk.actions.close_ticket import close_ticket
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.release_ticket import release_ticket
from helpdesk.actions.reopen_ticket import reopen_ticket
from helpdesk.actions.report_problem import ReportData, report_problem
from helpdesk.actions.resolve_ticket import resolve_ticket
from helpdesk.actions.resume_ticket import resume_ticket
from helpdesk.actions.set_priority import set_priority
from helpdesk.actions.take_ticket import take_ticket
from helpdesk.api import requests as sent
from helpdesk.api import serializers as shapes
from helpdesk.models import Comment, Ticket, TicketEvent
from inventory.models import Device
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller, read_body
from schools.models import Room, Site


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

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Make the ticket yours; of two people at once, one wins."""
        return self._show(take_ticket(self.get_object().pk, by=caller(request)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give the ticket back to the queue."""
        return self._show(release_ticket(self.get_object().pk, by=caller(request)))

    @extend_schema(request=sent.CommentRequest, responses={201: shapes.CommentSerializer})
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, pk: str) -> Response:
        """Say something to the school, or to colleagues when ``internal``."""
        ticket = self.get_object()
        body = read_body(sent.CommentRequest, request)
        said = comment_ticket(ticket.pk, by=caller(request), **body)
        shown = shapes.CommentSerializer(said)
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=sent.AskRequest)
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> Response:
        """Ask the school to look at a device; the clock stops until it answers."""
        ticket = self.get_object()
        body = read_body(sent.AskRequest, request)
        device = None
        if body["device"] is not None:
            seen = Device.objects.visible_to(request.user).filter(site=ticket.site_id)
            device = get_object_or_404(seen, pk=body["device"])
        ask_contact(ticket.pk, by=caller(request), device=device, message=body["message"])
        return self._show(ticket)

    @extend_schema(request=sent.ResolveRequest)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Say that it is mended, and how."""
        ticket = self.get_object()
        body = read_body(sent.ResolveRequest, request)
        return self._show(resolve_ticket(ticket.pk, by=caller(request), **body))

    @extend_schema(request=sent.ReopenRequest)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Contest a resolution, or take it back."""
        ticket = self.get_object()
        body = read_body(sent.ReopenRequest, request)
        return self._show(reopen_ticket(ticket.pk, by=caller(request), **body))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Stop waiting for the school: the clock runs again."""
        return self._show(resume_ticket(self.get_object().pk, by=caller(request)))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End a resolved ticket for good."""
        return self._show(close_ticket(self.get_object().pk, by=caller(request)))

    @extend_schema(request=sent.PriorityRequest)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Change the priority, hence the deadline."""
        ticket = self.get_object()
        body = read_body(sent.PriorityRequest, request)
        return self._show(set_priority(ticket.pk, by=caller(request), **body))

    def _show(self, ticket: Ticket) -> Response:
        """The ticket as it now stands, as a list would show it."""
        return Response(self.get_serializer(self.get_queryset().get(pk=ticket.pk)).data)


class ReportView(APIView):
    """A school reports a problem: one report is one ticket, or joins that of a known fault."""

    @extend_schema(request=sent.ReportRequest, responses={201: shapes.TicketSerializer})
    def post(self, request: Request) -> Response:
        """Report; the same ``request_key`` twice gives the first ticket."""
        body = read_body(sent.ReportRequest, request)
        user, key = caller(request), body.pop("request_key")
        body["site"] = get_object_or_404(Site.objects.visible_to(user), pk=body["site"])
        for name, rows in (("room", Room.objects), ("device", Device.objects)):
            if body[name] is not None:
                body[name] = get_object_or_404(rows.visible_to(user), pk=body[name])
        ticket = report_problem(user, ReportData(**body), key)
        return Response(shapes.TicketSerializer(ticket).data, status=status.HTTP_201_CREATED)


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
