"""The API of reviews, conflicts of interest, ranking and decisions."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from rest_framework import serializers

from inventory.grants.actions.review.settle_conflicts import conflicted_files
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.review.appointments import Appointment, Recusal
from inventory.grants.models.review.decisions import Decision, Letter, Reconsideration
from inventory.grants.models.review.judgements import Assignment, Question, Review
from inventory.grants.models.review.rankings import RankingRun
from inventory.grants.rules.review.inputs import read_rules, write_rules
from schools.api.filtering import IdFilter, ScopedFilterSet
from schools.api.routes import Route
from schools.api.viewsets import ScopedViewSet
from schools.models import User


class AppointmentSerializer(serializers.ModelSerializer[Appointment]):
    """Who judges files of a call; not with which schools they declared a link."""

    class Meta:
        model = Appointment
        fields = [
            *("id", "call", "user", "skills", "languages", "levels", "max_load"),
            *("statement", "declared_at", "appointed_at", "ended_at"),
        ]


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """A file given to a reviewer; ``why``: how the proposal chose."""

    class Meta:
        model = Assignment
        fields = ["id", "application", "appointment", "seat", "why", "at", "due_on", "ended_at"]


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """A review that you may read: your own; others' once all of the file are frozen."""

    application = serializers.IntegerField(source="assignment.application_id", read_only=True)
    seat = serializers.IntegerField(source="assignment.seat", read_only=True)

    class Meta:
        model = Review
        fields = [
            *("id", "application", "assignment", "seat", "state", "marks", "comments"),
            *("pedagogical", "technical", "total", "frozen_at"),
        ]


class QuestionSerializer(serializers.ModelSerializer[Question]):
    """A question to the school and its answer; not who asked."""

    class Meta:
        model = Question
        fields = ["id", "application", "text", "asked_at", "due_on", "answer", "answered_at"]


class RecusalSerializer(serializers.ModelSerializer[Recusal]):
    """That somebody was kept from a file, and why."""

    class Meta:
        model = Recusal
        fields = ["id", "application", "user", "kinds", "at", "held", "given_to"]


class RankingRunSerializer(serializers.ModelSerializer[RankingRun]):
    """A list as it was computed. Lines of files to which you are tied carry no score."""

    rules = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = RankingRun
        fields = [
            *("id", "call", "version", "number", "kind", "label", "trial", "rules", "result"),
            *("inputs_sha256", "result_sha256", "made_at", "adopted_at"),
        ]

    def get_rules(self, run: RankingRun) -> dict[str, Any]:
        return write_rules(read_rules(run.inputs["rules"]))

    def get_result(self, run: RankingRun) -> list[dict[str, Any]]:
        known = cast("dict[str, Any]", self.context).setdefault(
            "tied", {}
        )  # asked once per call, not per list
        if run.call_id not in known:
            known[run.call_id] = tied_references(self.context["request"].user, run.call_id)
        hidden = known[run.call_id]
        return [_masked(row) if row["reference"] in hidden else row for row in run.result]


def tied_references(user: User, call: int) -> set[str]:
    """The files of a call to which the reader is tied."""
    files = list(Application.objects.filter(call=call).sent().select_related("site__school"))
    tied = conflicted_files(user, files)
    return {file.reference for file in files if file.pk in tied}


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    """Rank, amount and outcome; nothing of what was judged."""
    nothing: dict[str, Any] = {
        "score": None,
        "pieces": {},
        "means": {},
        "validities": {},
        "why": "",
        "tie": "",
    }
    return row | nothing


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """What was decided of a file; the last number stands."""

    class Meta:
        model = Decision
        fields = [
            *("id", "application", "number", "outcome", "amount", "rank", "reserve"),
            *("condition", "condition_due_on", "condition_state", "decided_at"),
        ]


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """The letter of a decision, as it was frozen, with its SHA-256."""

    class Meta:
        model = Letter
        fields = ["id", "decision", "language", "content", "sha256", "made_at", "read_at"]


class ReconsiderationSerializer(serializers.ModelSerializer[Reconsideration]):
    class Meta:
        model = Reconsideration
        fields = ["id", "decision", "state", "text", "asked_at", "answer", "decided_at", "result"]


class AppointmentViewSet(ScopedViewSet[Appointment]):
    """Reviewers of calls: all of them to officers, their own to reviewers."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Appointment
            fields = ["call", "user"]

    queryset = Appointment.objects.all()
    serializer_class = AppointmentSerializer
    filterset_class = Filters


class AssignmentViewSet(ScopedViewSet[Assignment]):
    """Files given to reviewers."""

    class Filters(ScopedFilterSet):
        call = IdFilter(field_name="application__call_id")

        class Meta(ScopedFilterSet.Meta):
            model = Assignment
            fields = ["application", "appointment"]

    queryset = Assignment.objects.all()
    serializer_class = AssignmentSerializer
    filterset_class = Filters


class ReviewViewSet(ScopedViewSet[Review]):
    """Reviews that you may read."""

    class Filters(ScopedFilterSet):
        application = IdFilter(field_name="assignment__application_id")
        call = IdFilter(field_name="assignment__application__call_id")

        class Meta(ScopedFilterSet.Meta):
            model = Review
            fields = ["state"]

    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_class = Filters
    related = ("assignment",)


class QuestionViewSet(ScopedViewSet[Question]):
    """Questions to schools, of the files that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Question
            fields = ["application"]

    queryset = Question.objects.all()
    serializer_class = QuestionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "asked_at", "due_on")


class RecusalViewSet(ScopedViewSet[Recusal]):
    """Conflicts of interest that were found or declared, to officers."""

    class Filters(ScopedFilterSet):
        call = IdFilter(field_name="application__call_id")

        class Meta(ScopedFilterSet.Meta):
            model = Recusal
            fields = ["application", "user"]

    queryset = Recusal.objects.all()
    serializer_class = RecusalSerializer
    filterset_class = Filters


class RankingRunViewSet(ScopedViewSet[RankingRun]):
    """Lists of calls, to officers."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = RankingRun
            fields = ["call", "kind"]

    queryset = RankingRun.objects.all()
    serializer_class = RankingRunSerializer
    filterset_class = Filters


class DecisionViewSet(ScopedViewSet[Decision]):
    """Decisions on the files that you see."""

    class Filters(ScopedFilterSet):
        call = IdFilter(field_name="application__call_id")
        site = IdFilter(field_name="application__site_id")

        class Meta(ScopedFilterSet.Meta):
            model = Decision
            fields = ["application", "outcome", "condition_state"]

    queryset = Decision.objects.defer("facts")
    serializer_class = DecisionSerializer
    filterset_class = Filters
    ordering_fields: ClassVar[tuple[str, ...]] = ("id", "decided_at", "rank")


class LetterViewSet(ScopedViewSet[Letter]):
    """Letters of decisions on the files that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Letter
            fields = ["decision", "language"]

    queryset = Letter.objects.all()
    serializer_class = LetterSerializer
    filterset_class = Filters


class ReconsiderationViewSet(ScopedViewSet[Reconsideration]):
    """Reconsiderations asked about the files that you see."""

    class Filters(ScopedFilterSet):
        class Meta(ScopedFilterSet.Meta):
            model = Reconsideration
            fields = ["decision", "state"]

    queryset = Reconsideration.objects.all()
    serializer_class = ReconsiderationSerializer
    filterset_class = Filters


ROUTES: list[Route] = [
    Route("appointments", AppointmentViewSet),
    Route("assignments", AssignmentViewSet),
    Route("reviews", ReviewViewSet),
    Route("application-questions", QuestionViewSet),
    Route("recusals", RecusalViewSet),
    Route("rankings", RankingRunViewSet),
    Route("application-decisions", DecisionViewSet),
    Route("decision-letters", LetterViewSet),
    Route("reconsiderations", ReconsiderationViewSet),
]
