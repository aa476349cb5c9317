"""Shapes of places, agreements and people."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schools.models import (
    Authority,
    Consent,
    Headcount,
    IseClass,
    Level,
    Municipality,
    Province,
    Role,
    RoleKind,
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


class ContactSerializer(serializers.Serializer[Any]):
    """Somebody who speaks for a school today: a name and a phone number, never an address."""

    id = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.full_name")
    phone = serializers.CharField(source="user.phone")
    kind = serializers.ChoiceField(RoleKind.choices)
    site = serializers.IntegerField(
        source="site_id", allow_null=True, help_text="Set when the function is of one site alone."
    )


class SchoolSerializer(serializers.ModelSerializer[School]):
    """A school (établissement), with its levels, its last count and who speaks for it."""

    levels = serializers.SerializerMethodField()
    pupils = serializers.IntegerField(
        read_only=True, help_text="Pupils of the last count of 15 January, of the sites you see."
    )
    contacts = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Level.choices)))
    def get_levels(self, school: School) -> list[str]:
        """What is taught today at the sites you see."""
        present = {level for site in school.sites_seen for level in _levels(site)}  # type: ignore[attr-defined]
        return [level for level in Level.values if level in present]

    @extend_schema_field(ContactSerializer(many=True))
    def get_contacts(self, school: School) -> Any:
        """The head and the contact people in force today."""
        roles = [*school.roles_live, *(r for s in school.sites_seen for r in s.roles_live)]  # type: ignore[attr-defined]
        return ContactSerializer(roles, many=True).data

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
            "levels",
            "pupils",
            "contacts",
            "closed_on",
            "merged_into",
        ]


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site (implantation)."""

    school_name = serializers.CharField(source="school.name", read_only=True)
    municipality_name = serializers.CharField(source="municipality.name", read_only=True)
    province = serializers.ChoiceField(Province.choices, read_only=True)
    levels = serializers.SerializerMethodField()
    pupils = serializers.IntegerField(
        read_only=True, help_text="Pupils of the last count of 15 January."
    )

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(Level.choices)))
    def get_levels(self, site: Site) -> list[str]:
        """What is taught there today."""
        present = set(_levels(site))
        return [level for level in Level.values if level in present]

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
            "levels",
            "pupils",
            "closed_on",
        ]


def _levels(site: Site) -> list[str]:
    """Levels of a site whose teachings were prefetched."""
    return [teaching.level for teaching in site.teachings.all() if teaching.closed_on is None]


class HitSerializer(serializers.Serializer[Any]):
    """Something found."""

    id = serializers.CharField(source="key")
    title = serializers.CharField()
    sub = serializers.CharField(help_text="Numbers and place, in words.")
    url = serializers.CharField(help_text="Its page.")
    exact = serializers.BooleanField(help_text="Its number is what was asked.")


class GroupSerializer(serializers.Serializer[Any]):
    """Hits of one kind, best first, six at most."""

    kind = serializers.CharField(source="key")
    title = serializers.CharField()
    more = serializers.CharField(help_text="The list that shows the others; empty: none is left.")
    hits = HitSerializer(many=True)


class FoundSerializer(serializers.Serializer[Any]):
    """The answer to a search."""

    alike = serializers.BooleanField(help_text="Nothing fits exactly: these look like it.")
    groups = GroupSerializer(many=True)


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
