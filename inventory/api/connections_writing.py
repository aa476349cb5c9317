"""Writing connections through the API: what people keep side by side asks for ``If-Match``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import require
from inventory.access.connections import can_keep_contracts
from inventory.actions.keep_connections import ConnectionRefused, keep
from inventory.actions.keep_network import ChangedMeanwhile
from inventory.models import LineRole, Offer, Operator, SubscriptionState, Technology
from inventory.models.contracts import DEAREST, FASTEST_MBPS
from schools.api.versions import VersionedView, VersionStale, answer_with, etag_of, version_asked
from schools.api.viewsets import caller

R = TypeVar("R")
OWN_TERMS = ("operator", "technology", "down_mbps", "up_mbps", "price_month", "terms")


class ConnectionConflict(exceptions.APIException):
    """Not possible as things stand (409)."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_possible"


def told(act: Callable[[], R]) -> R:
    """Do it; a refusal becomes 400 beside its field, 409 for the whole, 412 for an old version."""
    try:
        return act()
    except ChangedMeanwhile as faster:
        raise VersionStale(etag_of(faster.row)) from None
    except ConnectionRefused as refused:
        if refused.field:
            raise exceptions.ValidationError({refused.field: [str(refused)]}) from None
        raise ConnectionConflict(str(refused)) from None


class KeptView(VersionedView):
    """POST and PATCH for what officers keep; the permission is asked before anything is read."""

    fixed: ClassVar[tuple[str, ...]] = ()
    """Fields that are said once."""

    def create(self, request: Request) -> Response:
        """Add one: 201, with its ETag."""
        require(can_keep_contracts(caller(request)))
        view = cast("Any", self)
        body = view.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        row = view.get_queryset().model()
        return self._kept(request, row, body.validated_data, 0, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is sent, if the row still is as If-Match says: 412 otherwise."""
        require(can_keep_contracts(caller(request)))
        view = cast("Any", self)
        row: Model = view.get_object()
        seen = version_asked(request)
        body = view.get_serializer(row, data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        for name in self.fixed:
            if name in said and said.pop(name) != getattr(row, name):
                raise exceptions.ValidationError({name: [_("Cela ne change plus.")]})
        return self._kept(request, row, said, seen, status.HTTP_200_OK)

    def _kept(
        self, request: Request, row: Any, said: dict[str, Any], seen: int, code: int
    ) -> Response:
        kept = told(lambda: keep(caller(request), row, said, seen=seen))
        kept.refresh_from_db()
        return answer_with(kept, cast("Any", self).get_serializer(kept), code)


def _speed() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=FASTEST_MBPS, required=False)


def _euros() -> serializers.DecimalField:
    return serializers.DecimalField(9, 2, min_value=0, max_value=DEAREST, required=False)


class LineRequest(serializers.Serializer[dict[str, Any]]):
    """An offer; or terms of one's own, and then all of them."""

    site = serializers.IntegerField()
    offer = serializers.PrimaryKeyRelatedField(queryset=Offer.objects.all(), required=False)
    role = serializers.ChoiceField(choices=LineRole.choices, default=LineRole.MAIN)
    pupils_access = serializers.BooleanField(default=True)
    operator = serializers.PrimaryKeyRelatedField(queryset=Operator.objects.all(), required=False)
    technology = serializers.ChoiceField(choices=Technology.choices, required=False)
    down_mbps = _speed()
    up_mbps = _speed()
    price_month = _euros()
    price_once = _euros()
    terms = serializers.CharField(max_length=500, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Terms of one's own and an offer exclude each other; neither says half."""
        own = [name for name in OWN_TERMS if name in attrs]
        if "offer" in attrs and own:
            words = _("Une offre dit déjà ses conditions\u00a0: retirez ce champ, ou l’offre.")
            raise serializers.ValidationError({name: [words] for name in own})
        missing = [name for name in OWN_TERMS if name not in attrs]
        if "offer" not in attrs and missing:
            words = _("À remplir quand aucune offre n’est choisie.")
            raise serializers.ValidationError({name: [words] for name in missing})
        return attrs


class MoveRequest(serializers.Serializer[dict[str, Any]]):
    """The next step of a line, and the day from which it counts."""

    state = serializers.ChoiceField(
        choices=[one for one in SubscriptionState.choices if one[0] != SubscriptionState.ASKED]
    )
    on = serializers.DateField(default=timezone.localdate)
    circuit = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    why = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
