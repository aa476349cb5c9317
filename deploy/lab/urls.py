from django.urls import path

from deploy.lab import views

app_name = "lab"
urlpatterns = [
    path("", views.index, name="index"),
    path("implantations/<slug:slug>/", views.site, name="site"),
    path("pannes/", views.faults, name="faults"),
    path("casser/", views.begin, name="begin"),
    path("reparer/", views.repair_here, name="repair"),
    path("pannes/<int:pk>/reparer/", views.repair_fault, name="repair-fault"),
]
