"""The embedded PostgreSQL."""
import pytest
from django.db import connection

@pytest.mark.django_db
def test_the_tests_run_on_postgresql():
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÉCOLE')")
        assert cursor.fetchone() == ("école",)
