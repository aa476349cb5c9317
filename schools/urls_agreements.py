"""Addresses of agreements, papers, management and transition plans."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools.sheets import sheet_paths
from schools.views import agreements, management, papers, plans
from schools.views import plan_edit as writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("accords/", agreements.agreements, name="agreements"),
    *sheet_paths("accords/export", agreements.agreements_export, "agreements_export"),
    path("accords/pouvoirs/<int:pk>/", agreements.authority_agreement, name="authority_agreement"),
    path("accords/pouvoirs/<int:pk>/texte/", papers.authority_text, name="authority_text"),
    path("accords/ecoles/<int:pk>/", agreements.school_agreement, name="school_agreement"),
    path("accords/ecoles/<int:pk>/texte/", papers.school_text, name="school_text"),
    path("accords/<int:pk>/texte/", papers.consent_text, name="consent_text"),
    path("accords/<int:pk>/retirer/", agreements.withdraw, name="withdraw"),
    path("accords/<int:pk>/garder/", agreements.keep, name="keep"),
    path("accords/<int:pk>/document/", agreements.consent_paper, name="consent_paper"),
    path("documents/<int:pk>/", papers.document, name="document"),
    path("implantations/<int:pk>/gestion/", management.management, name="management"),
    path("plans/", plans.plans, name="plans"),
    *sheet_paths("plans/export", plans.plans_export, "plans_export"),
    path("plans/ecoles/<int:pk>/", plans.school_plan, name="school_plan"),
    path("plans/ecoles/<int:pk>/commencer/", plans.start, name="start_plan"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/comparer/<int:other>/", plans.compare, name="compare_plans"),
    path("plans/<int:pk>/rediger/", writing.write_plan, name="write_plan"),
    path("plans/<int:pk>/reponses/<str:question>/", writing.answer, name="plan_answer"),
    path("plans/<int:pk>/implantations/<int:site>/", writing.site_answer, name="plan_site"),
    path("plans/<int:pk>/document/", plans.plan_paper, name="plan_paper"),
    path("plans/<int:pk>/soumettre/", plans.submit, name="submit_plan"),
    path("plans/<int:pk>/reprendre/", plans.take_back, name="withdraw_plan"),
    path("plans/<int:pk>/approuver/", plans.approve, name="approve_plan"),
    path("plans/<int:pk>/renvoyer/", plans.send_back, name="return_plan"),
    path("plans/<int:pk>/remarque/", plans.remark, name="remark_plan"),
]
