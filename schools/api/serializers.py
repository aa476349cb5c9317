"""Shapes of places, agreements and people."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schools.access import reads_address
from schools.models import (
    Authority,
    Consent,
    Headcount,
    IseClass,
    Municipality,
    Province,
    Role,
    Room,
    School,
    Site,
    Teaching,
    User,
)


class MunicipalitySerializer(serializers.ModelSerializer[Municipality]):
    """A municipality (commune) by its NIS code, which says the province."""

    province = serializers.ChoiceField(Province.choices, read_only=True)

    class Meta:
        model = Municipality
        fields = ["nis_code", "name", "name_de", "province", "closed_on", "successor"]


class AuthoritySerializer(serializers.ModelSerializer[Authority]):
    """An organising authority (pouvoir organisateur)."""

    class Meta:
        model = Authority
        fields = ["id", "name", "fase_number", "bce_number", "closed_on"]


class SchoolSerializer(serializers.ModelSerializer[School]):
    """A school (établissement)."""

    class Meta:
        model = School
        fields = [
            "id",
            "authority",
            "name",
            "kind",
            "network",
            "scheme",
            "number",
            "community",
            "closed_on",
            "merged_into",
        ]


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site (implantation)."""

    school_name = serializers.CharField(source="school.name", read_only=True)
    municipality_name = serializers.CharField(source="municipality.name", read_only=True)
    province = serializers.ChoiceField(Province.choices, read_only=True)

    class Meta:
        model = Site
        fields = [
            "id",
            "school",
            "school_name",
            "name",
            "scheme",
            "number",
            "province",
            "address",
            "postcode",
            "locality",
            "municipality",
            "municipality_name",
            "latitude",
            "longitude",
            "phone",
            "management",
            "closed_on",
        ]


class RoomSerializer(serializers.ModelSerializer[Room]):
    """A room (local)."""

    class Meta:
        model = Room
        fields = ["id", "site", "name", "kind", "building", "floor", "closed_on"]


class TeachingSerializer(serializers.ModelSerializer[Teaching]):
    """A level organised at a site."""

    class Meta:
        model = Teaching
        fields = ["id", "site", "level", "closed_on"]


class HeadcountSerializer(serializers.ModelSerializer[Headcount]):
    """Pupils of a site at a level on 15 January of a year."""

    class Meta:
        model = Headcount
        fields = ["id", "site", "level", "year", "pupils"]


class IseClassSerializer(serializers.ModelSerializer[IseClass]):
    """The socio-economic class of a site: a string, 1 to 20, with 3a and 3b."""

    class Meta:
        model = IseClass
        fields = ["id", "site", "year", "value"]


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """A dated, revocable consent; ``kind`` says which of the two parties it binds."""

    class Meta:
        model = Consent
        fields = ["id", "kind", "authority", "school", "given_on", "revoked_on", "signed_by"]


class RoleSerializer(serializers.ModelSerializer[Role]):
    """What a person does and where: exactly one of the scope fields is set."""

    class Meta:
        model = Role
        fields = ["kind", "region", "province", "authority", "school", "site", "from_on", "to_on"]


class PersonSerializer(serializers.ModelSerializer[User]):
    """A person as others see them: a name, never an address."""

    name = serializers.CharField(source="full_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name"]


class HeldRoleSerializer(serializers.ModelSerializer[Role]):
    """A role, its person and its dates; both days included."""

    person = serializers.PrimaryKeyRelatedField[User](source="user", read_only=True)

    class Meta:
        model = Role
        fields = ["id", "person", *RoleSerializer.Meta.fields]


class PersonCardSerializer(PersonSerializer):
    """A person of your scope. The e-mail address is null where you may not read it."""

    email = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "name", "email", "phone", "language", "is_active"]

    def get_email(self, person: User) -> str | None:
        """For technicians, officers, head and PO of the place, and the person."""
        return person.email if reads_address(self.context["request"].user, person) else None


class MeSerializer(serializers.ModelSerializer[User]):
    """The caller, with the roles in force today."""

    name = serializers.CharField(source="full_name", read_only=True)
    roles = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "language", "roles"]

    @extend_schema_field(RoleSerializer(many=True))
    def get_roles(self, user: User) -> object:
        """The roles whose dates include today."""
        return RoleSerializer(user.roles.live(timezone.localdate()), many=True).data
