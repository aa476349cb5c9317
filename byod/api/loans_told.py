"""What the API of loans tells and is told."""

from __future__ import annotations

from rest_framework import serializers

from byod.models.loans.loans import Loan
from byod.models.loans.pools import LoanPool, PoolItem
from schools.api.strict import StrictSerializer


class LoanPoolSerializer(serializers.ModelSerializer[LoanPool]):
    """A pool of a school, or shared by a PO or a province. ``each_at_most``: devices at a time for
    each site, null for no limit; ``away``: out or reserved."""

    devices = serializers.IntegerField(read_only=True)
    chargers = serializers.IntegerField(read_only=True)
    ready = serializers.IntegerField(read_only=True)
    away = serializers.IntegerField(read_only=True)
    in_repair = serializers.IntegerField(source="broken", read_only=True)

    class Meta:
        model = LoanPool
        fields = [
            *("id", "name", "school", "authority", "province", "everyone", "each_at_most"),
            *("closed_on", "devices", "chargers", "ready", "away", "in_repair"),
        ]
        read_only_fields = fields


class PoolItemSerializer(serializers.ModelSerializer[PoolItem]):
    """A device or charger of a pool. ``available``: in working order, neither out nor reserved;
    ``partner``: of a charger, the device with which it makes a set."""

    name = serializers.CharField(source="device.name", read_only=True)
    product = serializers.IntegerField(source="device.product_id", read_only=True)
    site = serializers.IntegerField(source="device.site_id", read_only=True)
    state = serializers.CharField(source="device.state", read_only=True)
    available = serializers.BooleanField(read_only=True)

    class Meta:
        model = PoolItem
        fields = [
            *("id", "pool", "device", "name", "product", "site", "state", "is_charger", "partner"),
            *("added_at", "available"),
        ]
        read_only_fields = fields


class LoanSerializer(serializers.ModelSerializer[Loan]):
    """A loan. ``pupil``: the pseudonym, null once the loan has forgotten whom; never a name."""

    pupil = serializers.SerializerMethodField()
    device = serializers.IntegerField(source="item.device_id", read_only=True)
    device_name = serializers.CharField(source="item.device.name", read_only=True)
    charger_name = serializers.SerializerMethodField()

    class Meta:
        model = Loan
        fields = [
            *("id", "site", "state", "item", "device", "device_name", "charger", "charger_name"),
            *("pupil", "due_on", "out_at", "returned_at", "without_charger"),
            *("charger_back", "replaces"),
        ]
        read_only_fields = fields

    def get_pupil(self, row: Loan) -> str | None:
        return row.borrower.pseudonym if row.borrower else None

    def get_charger_name(self, row: Loan) -> str | None:
        return row.charger.device.name if row.charger else None


class ReserveRequest(StrictSerializer):
    """``item``: this device; without it any free one, of ``product`` where that is said. The same
    ``request`` again is answered with the same loan."""

    request = serializers.IntegerField(min_value=1, help_text="A granted loan request.")
    item = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    product = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    due_on = serializers.DateField(help_text="Moved to the next school day.")


class HandOutRequest(StrictSerializer):
    """``charger``: the one that goes with it, null for none; unsaid, it is left as it was."""

    pupil = serializers.CharField(max_length=20, help_text="The pseudonym on the pupil's card.")
    item = serializers.IntegerField(min_value=1)
    charger = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    due_on = serializers.DateField(help_text="Moved to the next school day.")


class ReturnRequest(StrictSerializer):
    """``charger``: whether it came back; null: not looked at yet."""

    charger = serializers.BooleanField(required=False, allow_null=True, default=None)
