"""Which credential set a device is entered with: its own, or the nearest one for its site."""

from __future__ import annotations

from django.db.models import Q

from inventory.models import CliAccess, CliCredentialScope, CliCredentialSet


def login_for(access: CliAccess) -> CliCredentialSet | None:
    """One set, never several: each wrong try brings an account nearer to its lock."""
    if access.credential_set is not None:
        return access.credential_set
    site = access.device.site
    scopes = CliCredentialScope.objects.filter(
        Q(site=site)
        | Q(school=site.school_id)
        | Q(authority=site.school.authority_id)
        | Q(province=site.province)
        | Q(region=True),
        platform__in=("", access.platform),
    ).select_related("credential_set")
    nearest = min(scopes, key=_distance, default=None)
    return nearest.credential_set if nearest else None


def _distance(scope: CliCredentialScope) -> tuple[int, bool, int, int]:
    """Place first; then a set of the platform before one of all; then rank."""
    places = (scope.site_id, scope.school_id, scope.authority_id, scope.province, scope.region)
    place = next(n for n, value in enumerate(places) if value)
    return place, not scope.platform, scope.rank, scope.pk
