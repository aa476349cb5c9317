"""The API of the house, ``/api/v1/``: each app's views under one router, and their schema."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from byod.api import ROUTES as BYOD
from helpdesk.api import views as helpdesk
from inventory.api import booking, catalogue, configuration, connections, network, observed, push
from inventory.api import stock as stock_api
from inventory.api import views as inventory
from inventory.grants.api import ROUTES as GRANTS
from schools.api import calendars, webhooks
from schools.api import views as schools
from schools.api.territory import MunicipalityViewSet
from supervision.api import views as supervision

router = SimpleRouter()
router.register("municipalities", MunicipalityViewSet)
router.register("authorities", schools.AuthorityViewSet)
router.register("schools", schools.SchoolViewSet)
router.register("sites", schools.SiteViewSet)
router.register("rooms", schools.RoomViewSet)
router.register("teachings", schools.TeachingViewSet)
router.register("headcounts", schools.HeadcountViewSet)
router.register("ise-classes", schools.IseClassViewSet)
router.register("consents", schools.ConsentViewSet)
router.register("journal", schools.AuditEntryViewSet)
router.register("calendars", calendars.CalendarViewSet)
router.register("opening-hours", calendars.OpeningHoursViewSet)
router.register("opening-exceptions", calendars.OpeningExceptionViewSet)
router.register("management-choices", schools.ManagementChoiceViewSet)
router.register("transition-plans", schools.TransitionPlanViewSet)
router.register("people", schools.PersonViewSet)
router.register("roles", schools.RoleViewSet)
router.register("webhooks", webhooks.WebhookViewSet)
router.register("webhook-deliveries", webhooks.WebhookDeliveryViewSet)
router.register("devices", inventory.DeviceViewSet)
router.register("device-moves", catalogue.DeviceMoveViewSet)
router.register("products", catalogue.ProductViewSet)
router.register("kits", catalogue.KitViewSet)
router.register("kit-versions", catalogue.KitVersionViewSet)
router.register("custom-fields", catalogue.CustomFieldViewSet)
router.register("ports", inventory.PortViewSet)
router.register("links", inventory.LinkViewSet)
router.register("prefixes", observed.PrefixViewSet)
router.register("vlans", network.VlanViewSet)
router.register("ssids", network.SsidViewSet)
router.register("ip-addresses", network.IpAddressViewSet)
router.register("racks", network.RackViewSet)
router.register("radios", network.RadioViewSet)
router.register("patch-panels", network.PatchPanelViewSet, basename="patch-panel")
router.register("coverages", network.CoverageViewSet)
router.register("operators", connections.OperatorViewSet)
router.register("framework-contracts", connections.FrameworkContractViewSet)
router.register("offers", connections.OfferViewSet)
router.register("subscriptions", connections.SubscriptionViewSet)
router.register("infrastructures", connections.InfrastructureViewSet)
router.register("measured-speeds", connections.MeasuredSpeedViewSet)
router.register("observed-devices", observed.ObservedDeviceViewSet)
router.register("observed-ports", observed.ObservedPortViewSet)
router.register("observed-neighbours", observed.ObservedNeighbourViewSet)
router.register("differences", observed.DifferenceViewSet)
router.register("push-plans", push.PushPlanViewSet)
router.register("push-steps", push.PushStepViewSet)
router.register("config-backups", configuration.ConfigBackupViewSet)
router.register("config-drifts", configuration.ConfigDriftViewSet)
router.register("bookables", booking.BookableViewSet)
router.register("lesson-grids", booking.LessonGridViewSet)
router.register("bookings", booking.BookingViewSet)
router.register("stores", booking.StoreViewSet)
router.register("stock-lines", booking.StockLineViewSet)
router.register("stock-entries", booking.StockEntryViewSet)
router.register("stock-takings", stock_api.StockTakingViewSet)
router.register("stock-counts", stock_api.StockCountViewSet)
router.register("stock-findings", stock_api.StockFindingViewSet)
router.register("declarations", stock_api.DeclarationViewSet)
router.register("scans", supervision.ScanViewSet)
router.register("targets", supervision.TargetViewSet)
router.register("checks", supervision.CheckViewSet)
router.register("incidents", supervision.IncidentViewSet)
router.register("target-events", supervision.TargetEventViewSet)
router.register("tickets", helpdesk.TicketViewSet)
router.register("comments", helpdesk.CommentViewSet)
router.register("ticket-events", helpdesk.TicketEventViewSet)

for route in (*GRANTS, *BYOD):
    router.register(route.prefix, route.viewset, route.basename)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("search/", schools.SearchView.as_view(), name="search"),
    path("me/", schools.MeView.as_view(), name="me"),
    path("reports/", helpdesk.ReportView.as_view(), name="reports"),
    path("targets/<int:target>/samples/", supervision.SampleListView.as_view(), name="samples"),
    *router.urls,
]
