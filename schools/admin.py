"""Set-up of places, people and agreements. Staff only; every change stands in the journal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from schools.actions.audit import record_action
from schools.actions.close_sessions import close_other_sessions
from schools.actions.reset_factors import reset_factors
from schools.actions.revoke_token import revoke_token
from schools.actions.unlock_sign_in import unlock_sign_in
from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline, TabularInline
from schools.models import (
    AgreementText,
    ApiToken,
    AuditCheck,
    AuditEntry,
    Authority,
    Consent,
    Document,
    Headcount,
    Invitation,
    ManagementChoice,
    Municipality,
    Role,
    Room,
    School,
    Site,
    TransitionPlan,
    User,
)
from schools.sign_in import attempts

if TYPE_CHECKING:
    PersonAdmin = DjangoUserAdmin[User]
    PersonForm = AdminUserCreationForm[User]
else:
    PersonAdmin, PersonForm = DjangoUserAdmin, AdminUserCreationForm

admin.site.site_header = _("Préau · réglages")
admin.site.site_title = "Préau"
admin.site.index_title = _("Réglages")
# What allauth keeps is changed by the person, by an action, or by the settings (the provider).
admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class RoleInline(TabularInline):
    """What a person does, and where. Ended by its date, never deleted."""

    model = Role
    fk_name = "user"
    extra = 0
    can_delete = False
    autocomplete_fields = ("authority", "school", "site")


class RoomInline(TabularInline):
    model = Room
    extra = 0


class HeadcountInline(TabularInline):
    model = Headcount
    extra = 0


class SiteInline(ReadOnlyInline):
    model = Site
    fields = ("name", "number", "municipality", "management", "closed_on")
    show_change_link = True


class SchoolInline(ReadOnlyInline):
    model = School
    fields = ("name", "scheme", "number", "community")
    show_change_link = True


@admin.register(Authority)
class AuthorityAdmin(AuditedAdmin):
    list_display = ("name", "fase_number", "bce_number", "closed_on")
    search_fields = ("name", "fase_number", "bce_number")
    inlines = (SchoolInline,)


@admin.register(School)
class SchoolAdmin(AuditedAdmin):
    list_display = ("name", "kind", "network", "scheme", "number", "authority", "closed_on")
    list_filter = ("kind", "network", "community", "scheme")
    list_select_related = ("authority",)
    search_fields = ("name", "number", "authority__name")
    autocomplete_fields = ("authority",)
    inlines = (SiteInline,)


@admin.register(Site)
class SiteAdmin(AuditedAdmin):
    list_display = ("name", "school", "province", "municipality", "management", "closed_on")
    list_filter = ("province", "management", "school__community")
    list_select_related = ("school", "municipality")
    search_fields = ("name", "number", "school__name", "school__number", "municipality__name")
    autocomplete_fields = ("school", "municipality")
    inlines = (RoomInline, HeadcountInline)


@admin.register(Municipality)
class MunicipalityAdmin(AuditedAdmin):
    list_display = ("nis_code", "name", "name_de", "province", "closed_on", "successor")
    list_filter = ("province",)
    search_fields = ("nis_code", "name", "name_de")
    autocomplete_fields = ("successor",)


@admin.register(Room)
class RoomAdmin(AuditedAdmin):
    list_display = ("name", "site", "kind", "building", "floor")
    list_filter = ("kind",)
    list_select_related = ("site__school",)
    search_fields = ("name", "site__name", "site__school__name")
    autocomplete_fields = ("site",)


@admin.register(Consent)
class ConsentAdmin(AuditedAdmin):
    """Consents are revoked by date, never deleted."""

    list_display = ("kind", "authority", "school", "given_on", "revoked_on", "signed_by")
    list_filter = ("kind", ("revoked_on", admin.EmptyFieldListFilter))
    list_select_related = ("authority", "school")
    search_fields = ("authority__name", "school__name", "signed_by")
    autocomplete_fields = ("authority", "school")
    readonly_fields = ("text", "under", "revoked_by", "revoked_why")

    def has_delete_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        """Never: what was agreed stays known."""
        return False


@admin.register(AgreementText)
class AgreementTextAdmin(AuditedAdmin):
    """A new wording is a new version: what stands is frozen by the database."""

    list_display = ("kind", "version")
    list_filter = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: AgreementText | None = None) -> bool:
        """Never one that stands."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: AgreementText | None = None) -> bool:
        """Never."""
        return False


@admin.register(ManagementChoice)
class ManagementChoiceAdmin(ReadOnlyAdmin):
    """Who chose what for a network, and when."""

    list_display = ("site", "mode", "from_on", "chosen_by_text", "why", "at")
    list_filter = ("mode",)
    list_select_related = ("site__school",)
    search_fields = ("site__name", "site__school__name", "chosen_by_text")


@admin.register(TransitionPlan)
class TransitionPlanAdmin(ReadOnlyAdmin):
    """Versions of plans; they are written and decided on their pages."""

    list_display = ("school", "version", "state", "submitted_at", "decided_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("school", "decided_by")
    search_fields = ("school__name", "school__number")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Papers that were handed in; each is read on the page of its agreement or plan."""

    list_display = ("name", "consent", "plan", "content_type", "size", "at", "replaced_at")
    list_select_related = ("consent__school", "consent__authority", "plan__school")
    search_fields = ("name", "sha256")
    exclude = ("file",)


class NewPersonForm(PersonForm):
    """A person signs in with an e-mail address, kept in lower case."""

    class Meta:
        model = User
        fields = ("email", "full_name", "language")

    def clean_email(self) -> str:
        """As :meth:`UserManager.get_by_natural_key` looks it up."""
        return str(self.cleaned_data["email"]).lower()


@admin.register(User)
class UserAdmin(AuditedAdmin, PersonAdmin):
    """People and their roles. Only a superuser gives rights over the platform itself."""

    secret_fields = frozenset({"password", "password1", "password2"})
    list_display = ("full_name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "roles__kind", "roles__province")
    search_fields = ("full_name", "email")
    ordering = ("full_name",)
    inlines = (RoleInline,)
    add_form = NewPersonForm
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name", "phone", "language", "shortcuts")}),
        (
            _("Accès aux réglages"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "joined_at", "erased_at")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "full_name",
                    "language",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )
    readonly_fields = ("last_login", "joined_at", "erased_at")
    actions = ("unlock", "take_factors")

    @admin.action(description=_("Débloquer la connexion"), permissions=["change"])
    def unlock(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let these people try again before the time is over."""
        for person in people:
            unlock_sign_in(_actor(request), person, partial(attempts.forget, request, person))
        messages.success(request, _("Ces personnes peuvent réessayer."))

    @admin.action(description=_("Retirer les seconds facteurs"), permissions=["change"])
    def take_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """For people who lost theirs: they are told, and choose new ones at the next sign-in."""
        raise_if_reauthentication_required(request, app="allauth.mfa")
        for person in people:
            reset_factors(_actor(request), person, why="admin")
            get_adapter(request).send_notification_mail("factors_reset", person)
        messages.success(request, _("C’est fait ; ces personnes sont averties par message."))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: an account is closed, or erased at the person's request (ADR 027)."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Staff who are no superuser cannot raise anybody's rights, their own included."""
        if _is_superuser(request):
            return self.readonly_fields
        return (*self.readonly_fields, "is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser's account, password included, is a superuser's to change."""
        if obj is not None and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Django's page; that a password changed is written down, what it is never."""
        response = super().user_change_password(request, id, form_url)
        person = self.get_object(request, id)
        if request.method == "POST" and response.status_code == 302 and person is not None:
            record_action(_actor(request), "change_password", person)
            if person != request.user:
                close_other_sessions(person, None, _actor(request))
        return response


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Access keys of everybody: read, and revoked; each person makes their own."""

    list_display = (
        "name",
        "user",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__full_name", "user__email")
    exclude = ("digest",)
    actions = ("revoke",)  # type: ignore[assignment]  # ReadOnlyAdmin has none

    @admin.action(description=_("Révoquer les clés choisies"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End the chosen keys at once, each in the journal."""
        ended = sum(revoke_token(_actor(request), token, why="admin") for token in queryset)
        self.message_user(request, _("Clés révoquées : %(n)d.") % {"n": ended})

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """A superuser's alone: it stops somebody's programs."""
        return _is_superuser(request)


@admin.register(AuditCheck)
class AuditCheckAdmin(ReadOnlyAdmin):
    """The nights on which the chain of the journal was read again."""

    list_display = ("at", "first", "last", "broken")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Invitations, for reading; the pages of people send, resend and take back."""

    exclude = ("digest",)
    list_display = ("full_name", "email", "kind", "invited_at", "sent_at", "accepted_at")
    list_filter = ("kind", ("accepted_at", admin.EmptyFieldListFilter), "failure")
    search_fields = ("full_name", "email")


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """The journal, for reading."""

    list_display = ("at", "actor_text", "action", "object_text", "site_text", "door", "why")
    list_filter = ("action", "object_type", "door")
    search_fields = ("actor_text", "object_text", "object_id", "why")
    date_hierarchy = "at"


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _actor(request: HttpRequest) -> Any:
    return request.user
