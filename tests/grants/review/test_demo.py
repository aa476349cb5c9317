"""The story of the reviews in the demo: a list ready to be adopted, files on Nadia's desk."""

from __future__ import annotations

from deploy.lab.load.grants.review import load_review
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Recusal
from inventory.grants.models.review.judgements import Assignment, Question, Review
from inventory.grants.models.review.rankings import RankingRun
from schools.models import Role, RoleKind, User
from tests.grants.review.made import make_scene


def counts():
    return [
        model.objects.count()
        for model in (Call, Assignment, Review, RankingRun, Recusal, Question, User, Role)
    ]


def test_the_demo_tells_it_once(cast):
    make_scene(cast.odile)
    odile = User.objects.create(email="odile@preau.example", full_name="Odile Warnant")
    Role.objects.create(user=odile, kind=RoleKind.OFFICER, region=True)
    Call.objects.first().appointments.all().delete()
    load_review({})
    run = RankingRun.objects.get(kind="official")
    assert not any(row["outcome"] == "pending" for row in run.result)
    assert RankingRun.objects.filter(kind="variant").exists()
    nadia = User.objects.get(email="nadia@preau.example")
    recused = Recusal.objects.filter(user=nadia, held=True)
    assert recused.first().given_to.email != nadia.email
    assert Assignment.objects.of(nadia).filter(review__state="draft").exists()
    assert Assignment.objects.of(nadia).filter(review=None).exists() or Question.objects.exists()
    before = counts()
    load_review({})
    assert counts() == before
