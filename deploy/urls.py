"""The map of the site: each app brings its own ``urls.py``."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from deploy.interface.doors import admin_door
from deploy.metrics.views import metrics

APPS = (
    "deploy.interface",
    "helpdesk",
    "supervision",
    "inventory",
    "inventory.grants",
    "byod",
    "schools.sign_in",
    "schools",
)

urlpatterns: list[URLPattern | URLResolver] = [
    # the admin's own door and password page know neither attempts nor second factors
    path("admin/login/", admin_door, name="admin-door"),
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="admin-password",
    ),
    path("admin/", admin.site.urls),
    path("api/v1/", include("deploy.api")),
    path("metrics", metrics, name="metrics"),
]
urlpatterns += [path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")]
if settings.PREAU_LAB and find_spec("deploy.lab.urls"):
    urlpatterns.append(path("lab/", include("deploy.lab.urls")))
handler403 = "deploy.interface.errors.forbidden"
