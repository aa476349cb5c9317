"""One's own webhooks and what became of each message. They are made on the page, where the secret
is shown."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from schools.actions.replay_deliveries import replay_delivery
from schools.api.filtering import ScopedFilterSet
from schools.api.viewsets import ScopedViewSet, caller
from schools.models import Webhook, WebhookDelivery


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook, without its secret. ``sequence``: how far the journal was read for it."""

    class Meta:
        model = Webhook
        fields = [
            "id",
            "name",
            "url",
            "areas",
            "actions",
            "sequence",
            "created_at",
            "failing_since",
            "paused_at",
            "paused_why",
        ]


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """One message: its number in the journal, and what the receiver answered."""

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "webhook",
            "entry",
            "sequence",
            "state",
            "attempts",
            "next_at",
            "tried_at",
            "status",
            "error",
            "took_ms",
        ]


class WebhookViewSet(ScopedViewSet[Webhook]):
    """Your webhooks."""

    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer


class WebhookDeliveryViewSet(ScopedViewSet[WebhookDelivery]):
    """Messages of your webhooks, and sending one again."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = WebhookDelivery
            fields = ["webhook", "state", "sequence"]

    queryset = WebhookDelivery.objects.all()
    serializer_class = DeliverySerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "sequence")

    @extend_schema(request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send it again; it keeps its id."""
        row = replay_delivery(caller(request), self.get_object().pk)
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
