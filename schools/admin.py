"""Set-up of places, people and agreements. Staff only; every change stands in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.authtoken.models import TokenProxy

from schools.actions.audit import record_action
from schools.audited_admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline, TabularInline
from schools.models import (
    AuditEntry,
    Authority,
    Consent,
    Headcount,
    Invitation,
    Municipality,
    Role,
    Room,
    School,
    Site,
    User,
)

if TYPE_CHECKING:
    PersonAdmin = DjangoUserAdmin[User]
    PersonForm = AdminUserCreationForm[User]
else:
    PersonAdmin, PersonForm = DjangoUserAdmin, AdminUserCreationForm

admin.site.site_header = _("Préau · réglages")
admin.site.site_title = "Préau"
admin.site.index_title = _("Réglages")
# A token typed here would be stored readable: manage.py make_api_token makes them.
admin.site.unregister(TokenProxy)


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

    def has_delete_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        """Never: what was agreed stays known."""
        return False


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
        return response


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

    list_display = ("at", "actor_text", "action", "object_text", "site", "why")
    list_filter = ("action", "object_type")
    list_select_related = ("site__school",)
    search_fields = ("actor_text", "object_text", "object_id", "why")
    date_hierarchy = "at"


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _actor(request: HttpRequest) -> Any:
    return request.user
