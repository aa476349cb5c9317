"""Shapes of tickets and of what is said and done about them."""

from __future__ import annotations

from rest_framework import serializers

from helpdesk.models import Comment, Ticket, TicketCause, TicketEvent
from schools.api.serializers import PersonSerializer


class CauseSerializer(serializers.ModelSerializer[TicketCause]):
    """An incident that the ticket answers for."""

    class Meta:
        model = TicketCause
        fields = ["incident", "role", "linked_at", "recovered_at"]


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """What somebody must bring to an end. ``opened_by`` null: opened by supervision."""

    opened_by = PersonSerializer(read_only=True)
    assignee = PersonSerializer(read_only=True)
    causes = CauseSerializer(many=True, read_only=True)

    class Meta:
        model = Ticket
        fields = [
            "id",
            "site",
            "room",
            "device",
            "title",
            "kind",
            "priority",
            "state",
            "subject",
            "opened_at",
            "opened_by",
            "detected_at",
            "assignee",
            "touched",
            "promise_s",
            "due_at",
            "paused_at",
            "resolved_at",
            "closed_at",
            "resolution",
            "causes",
        ]
        read_only_fields = fields


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A message. Internal notes reach technicians alone."""

    author = PersonSerializer(read_only=True)

    class Meta:
        model = Comment
        fields = ["id", "ticket", "author", "at", "body", "internal"]
        read_only_fields = fields


class TicketEventSerializer(serializers.ModelSerializer[TicketEvent]):
    """One fact of a ticket's history."""

    class Meta:
        model = TicketEvent
        fields = ["id", "ticket", "at", "kind", "actor_text", "internal", "data"]
