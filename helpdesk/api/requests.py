"""What callers send. Shapes only: whether it may be done is the action's answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from helpdesk.models import Priority, ResolutionMode


class CommentRequest(serializers.Serializer[dict[str, Any]]):
    """A message; ``wait`` stops the clock until the school answers (helpdesk only)."""

    body = serializers.CharField(max_length=5000)
    internal = serializers.BooleanField(default=False)
    wait = serializers.BooleanField(default=False)


class AskRequest(serializers.Serializer[dict[str, Any]]):
    """A visual check; without ``device``, the ticket's own."""

    device = serializers.IntegerField(required=False, allow_null=True, default=None)
    message = serializers.CharField(max_length=5000, allow_blank=True, default="")


class ResolveRequest(serializers.Serializer[dict[str, Any]]):
    """How it was mended, and the words for the school."""

    mode = serializers.ChoiceField(choices=ResolutionMode.choices)
    text = serializers.CharField(max_length=5000, allow_blank=True, default="")


class ReopenRequest(serializers.Serializer[dict[str, Any]]):
    """Why the resolution is contested."""

    why = serializers.CharField(max_length=500, allow_blank=True, default="")


class PriorityRequest(serializers.Serializer[dict[str, Any]]):
    """1 is critical, 4 low."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    why = serializers.CharField(max_length=500, allow_blank=True, default="")


class ReportRequest(serializers.Serializer[dict[str, Any]]):
    """A school's report. The same ``request_key`` twice is one report."""

    request_key = serializers.UUIDField()
    site = serializers.IntegerField()
    subject = serializers.CharField(max_length=16, help_text="internet, screen, computer…")
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=5000, allow_blank=True, default="")
    request = serializers.BooleanField(default=False, help_text="A request, not a fault.")
    room = serializers.IntegerField(required=False, allow_null=True, default=None)
    device = serializers.IntegerField(required=False, allow_null=True, default=None)
    used_today = serializers.BooleanField(default=False)
    joins = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Ticket of the known fault."
    )
