"""Shapes of places, agreements and people."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schools.access import (
    reads_address,
)
from schools.agreements.standing import paper_of
from schools.journal_lines import (
    line_for,
)
from schools.journal_words import (
    without_secrets,
)
from schools.models import (
    AuditEntry,
    Authority,
    Consent,
    Document,
    Headcount,
    IseClass,
    Level,
    ManagementChoice,
    PlanAnswer,
    PlanSite,
    Province,
    Role,
    RoleKind,
    Room,
    School,
    Site,
    Teaching,
    TransitionPlan,
    User,
)


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


class DocumentStateSerializer(serializers.ModelSerializer[Document]):
    """That a signed paper was handed in: its digest, never its content."""

    class Meta:
        model = Document
        fields = ["content_type", "size", "sha256", "at"]


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """A dated, revocable consent; ``kind`` says which of the two parties it binds."""

    text_version = serializers.IntegerField(
        source="text.version", read_only=True, allow_null=True, default=None
    )
    document = serializers.SerializerMethodField()

    class Meta:
        model = Consent
        fields = [
            "id",
            "kind",
            "authority",
            "school",
            "given_on",
            "revoked_on",
            "signed_by",
            "text_version",
            "document",
        ]

    @extend_schema_field(DocumentStateSerializer(allow_null=True))
    def get_document(self, consent: Consent) -> object:
        """The signed paper that counts; null while it is expected."""
        paper = paper_of(consent)
        return DocumentStateSerializer(paper).data if paper else None


class ManagementChoiceSerializer(serializers.ModelSerializer[ManagementChoice]):
    """Who manages the network of a site from a day on; the newest decision wins."""

    class Meta:
        model = ManagementChoice
        fields = ["id", "site", "mode", "from_on", "why", "at"]


class PlanAnswerSerializer(serializers.ModelSerializer[PlanAnswer]):
    """The answer to a question of the form."""

    class Meta:
        model = PlanAnswer
        fields = ["question", "body"]


class PlanSiteSerializer(serializers.ModelSerializer[PlanSite]):
    """Whether a site asks for LAN/WLAN, and for what."""

    class Meta:
        model = PlanSite
        fields = ["site", "asks", "existing", "rooms", "wanted_on"]


class TransitionPlanSerializer(serializers.ModelSerializer[TransitionPlan]):
    """A version of a school's integrated transition plan."""

    answers = PlanAnswerSerializer(many=True, read_only=True)
    sites = PlanSiteSerializer(source="plan_sites", many=True, read_only=True)

    class Meta:
        model = TransitionPlan
        fields = [
            "id",
            "school",
            "version",
            "form",
            "state",
            "submitted_at",
            "decided_at",
            "reasons",
            "approved_on",
            "superseded_on",
            "answers",
            "sites",
        ]


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


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """An entry of the journal, with its seal. Texts outlive the rows that they name."""

    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()
    door_name = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()
    sequence = serializers.IntegerField(source="seal.sequence", read_only=True, default=None)
    digest = serializers.CharField(source="seal.digest", read_only=True, default=None)

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "at",
            "actor",
            "actor_text",
            "action",
            "object_type",
            "object_id",
            "object_text",
            "site",
            "site_text",
            "before",
            "after",
            "why",
            "door",
            "door_name",
            "address",
            "sequence",
            "digest",
        ]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_before(self, entry: AuditEntry) -> dict[str, object]:
        """What it was, without secrets."""
        return without_secrets(entry.before)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_after(self, entry: AuditEntry) -> dict[str, object]:
        """What it became, without secrets."""
        return without_secrets(entry.after)

    def get_door_name(self, entry: AuditEntry) -> str:
        """The name of the key, command or task; of a key, to those who may read it."""
        return line_for(entry, self.context["request"].user).door_name

    def get_address(self, entry: AuditEntry) -> str:
        """From where, to its owner and to those who read everything; empty otherwise."""
        return line_for(entry, self.context["request"].user).address
