"""The API of project calls, their forms and applications."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django_filters.rest_framework import BooleanFilter, CharFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.access import DecisionImpossible, DecisionRefused, require
from inventory.api.observed import DecisionConflict
from inventory.grants.access.calls.facts import facts_of, verdicts_of
from inventory.grants.access.calls.who import can_send, writing_sites
from inventory.grants.actions.calls.submit_application import submit_application
from inventory.grants.models.calls.applications import Answer, Application, AskedKit
from inventory.grants.models.calls.awards import Award, AwardedKit
from inventory.grants.models.calls.files import Submission
from inventory.grants.models.calls.forms import FormVersion
from inventory.grants.models.calls.published import Call, CallVersion
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet, caller


class CallSerializer(serializers.ModelSerializer[Call]):
    """A call; ``current`` is the version in force, ``phase`` where it stands now."""

    phase = serializers.SerializerMethodField()
    title = serializers.CharField(source="current.title", default="", read_only=True)
    opens_at = serializers.DateTimeField(source="current.opens_at", default=None, read_only=True)
    closes_at = serializers.DateTimeField(source="current.closes_at", default=None, read_only=True)

    class Meta:
        model = Call
        fields = [
            *("id", "reference", "mode", "state", "phase", "title", "current", "opens_at"),
            *("closes_at", "copied_from"),
        ]

    def get_phase(self, row: Call) -> str:
        return row.phase(timezone.now()).value


class CallVersionSerializer(serializers.ModelSerializer[CallVersion]):
    """What a call says; ``published_at`` null: a draft. Published, it never changes."""

    class Meta:
        model = CallVersion
        fields = [
            *("id", "call", "number", "title_fr", "title_de", "summary_fr", "summary_de"),
            *("rules_fr", "rules_de", "opens_at", "closes_at", "budget", "eligibility", "grid"),
            *("ranking", "decision_texts", "form", "uses_right", "countersigned", "per_site"),
            *("returns_owed", "returns_due_months", "min_reviews", "divergence_points", "why"),
            "published_at",
        ]


class FormVersionSerializer(serializers.ModelSerializer[FormVersion]):
    """The questions of a call, section by section."""

    class Meta:
        model = FormVersion
        fields = ["id", "call", "number", "content", "published_at"]


class AskedKitSerializer(serializers.ModelSerializer[AskedKit]):
    class Meta:
        model = AskedKit
        fields = ["kit_version", "quantity", "unit_price"]


class ApplicationSerializer(serializers.ModelSerializer[Application]):
    """A file of a site, with the kits asked for; times by the clock of the database."""

    asked_kits = AskedKitSerializer(many=True, read_only=True)

    class Meta:
        model = Application
        fields = [
            *("id", "call", "version", "form", "site", "reference", "title", "state", "amount"),
            *("started_at", "changed_at", "validated_at", "countersigned_at", "submitted_at"),
            *("why", "revision", "asked_kits"),
        ]


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    """The answer to a question; ``revision`` counts its writings."""

    class Meta:
        model = Answer
        fields = ["id", "application", "question", "value", "revision", "edited_at"]


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """What was sent; ``sha256`` is of ``content`` in canonical JSON: sorted keys, no blanks."""

    class Meta:
        model = Submission
        fields = [
            *("id", "application", "number", "version", "at", "by_text", "amount", "content"),
            *("sha256", "paper_sha256"),
        ]


class AwardedKitSerializer(serializers.ModelSerializer[AwardedKit]):
    class Meta:
        model = AwardedKit
        fields = ["kit_version", "quantity", "unit_price"]


class AwardSerializer(serializers.ModelSerializer[Award]):
    """What an application was granted."""

    kits = AwardedKitSerializer(many=True, read_only=True)

    class Meta:
        model = Award
        fields = ["id", "application", "amount", "state", "condition", "decided_at", "kits"]


class ConditionAnswer(serializers.Serializer[dict[str, Any]]):
    """One condition of a call, for one site."""

    fact = serializers.CharField()
    holds = serializers.BooleanField()
    why = serializers.CharField()
    remedy = serializers.CharField()


class ChanceAnswer(serializers.Serializer[dict[str, Any]]):
    """Whether a site may take part, and each condition with its reason."""

    site = serializers.IntegerField()
    eligible = serializers.BooleanField()
    conditions = ConditionAnswer(many=True)


class CallViewSet(ScopedViewSet[Call]):
    """Calls: what is published, and for officers what is in preparation."""

    class Filters(ScopedFilterSet):
        open = BooleanFilter(method="by_open")

        class Meta(ScopedFilterSet.Meta):
            model = Call
            fields = ["mode", "state", "reference"]

        def by_open(self, rows: Any, _name: str, value: bool) -> Any:
            """``true``: those that take files now; ``false``: the others."""
            now_open = Call.objects.open(timezone.now()).values("pk")
            return rows.filter(pk__in=now_open) if value else rows.exclude(pk__in=now_open)

    queryset = Call.objects.all()
    serializer_class = CallSerializer
    filterset_class = Filters
    related = ("current",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "reference")

    @extend_schema(responses=ChanceAnswer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def eligibility(self, request: Request, pk: str) -> Response:
        """Whether each site you write for may take part, and why (200 sites at most)."""
        call = self.get_object()
        on = timezone.localdate()
        sites = list(writing_sites(caller(request)).select_related("school").order_by("pk")[:200])
        facts = facts_of(sites, on)
        rules = call.current.eligibility if call.current else []
        return Response(
            [_chance(site.pk, verdicts_of(rules, facts[site.pk], on)) for site in sites]
        )


def _chance(site: int, verdicts: list[Any]) -> dict[str, Any]:
    return {
        "site": site,
        "eligible": all(one.holds for one in verdicts),
        "conditions": [
            {"fact": one.fact, "holds": one.holds, "why": one.why, "remedy": one.remedy}
            for one in verdicts
        ],
    }


class CallVersionViewSet(ScopedViewSet[CallVersion]):
    """Versions of calls; drafts are for officers."""

    class Filters(ScopedFilterSet):
        published = BooleanFilter(field_name="published_at", lookup_expr="isnull", exclude=True)

        class Meta(ScopedFilterSet.Meta):
            model = CallVersion
            fields = ["call", "number"]

    queryset = CallVersion.objects.all()
    serializer_class = CallVersionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "published_at")


class FormVersionViewSet(ScopedViewSet[FormVersion]):
    """Forms of calls; drafts are for officers."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = FormVersion
            fields = ["call", "number"]

    queryset = FormVersion.objects.all()
    serializer_class = FormVersionSerializer
    filterset_class = Filters


class ApplicationViewSet(ScopedViewSet[Application]):
    """Files that you see: your schools', or for officers those that were sent."""

    class Filters(ScopedFilterSet):
        reference = CharFilter()
        school = IdFilter(field_name="site__school_id")

        class Meta(ScopedFilterSet.Meta):
            model = Application
            fields = ["call", "version", "site", "state"]

    queryset = Application.objects.all()
    serializer_class = ApplicationSerializer
    filterset_class = Filters
    prefetched = ("asked_kits",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "submitted_at", "changed_at", "amount")

    @extend_schema(request=None, responses=SubmissionSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Send a signed file; again gives the same proof. 409 with the reason where it cannot be
        sent: late, incomplete, not eligible, beyond the drawing right."""
        row = self.get_object()
        user = caller(request)
        try:
            require(can_send(user, row))
            sent = submit_application(user, row.pk)
        except DecisionRefused as refused:
            raise PermissionDenied(str(refused)) from refused
        except DecisionImpossible as refused:
            raise DecisionConflict(str(refused)) from refused
        return Response(SubmissionSerializer(sent).data)


class AnswerViewSet(ScopedViewSet[Answer]):
    """Answers of the files that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Answer
            fields = ["application", "question"]

    queryset = Answer.objects.all()
    serializer_class = AnswerSerializer
    filterset_class = Filters


class SubmissionViewSet(ScopedViewSet[Submission]):
    """What was sent, whole, with its hash."""

    class Filters(ScopedFilterSet):
        call = IdFilter(field_name="application__call_id")

        class Meta(ScopedFilterSet.Meta):
            model = Submission
            fields = ["application", "version"]

    queryset = Submission.objects.all()
    serializer_class = SubmissionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "at")


class AwardViewSet(ScopedViewSet[Award]):
    """Awards of the files that you see."""

    class Filters(ScopedFilterSet):
        call = IdFilter(field_name="application__call_id")
        site = IdFilter(field_name="application__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Award
            fields = ["application", "state"]

    queryset = Award.objects.all()
    serializer_class = AwardSerializer
    filterset_class = Filters
    prefetched = ("kits",)
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "decided_at")


ROUTES: list[Route] = [
    Route("calls", CallViewSet),
    Route("call-versions", CallVersionViewSet),
    Route("call-forms", FormVersionViewSet),
    Route("applications", ApplicationViewSet),
    Route("application-answers", AnswerViewSet),
    Route("submissions", SubmissionViewSet),
    Route("awards", AwardViewSet),
]
