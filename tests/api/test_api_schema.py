"""The OpenAPI file is a product: valid, without a warning, served beside the API."""

from __future__ import annotations

import pytest
import yaml
from django.core.management import call_command


def test_the_schema_is_valid_and_warns_of_nothing(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    schema = yaml.safe_load(file.read_text())
    assert schema["openapi"].startswith("3.")
    assert "/api/v1/tickets/" in schema["paths"]


def test_every_operation_names_its_refusals(tmp_path):
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--file", str(file))
    for path, methods in yaml.safe_load(file.read_text())["paths"].items():
        for method, operation in methods.items():
            assert "401" in operation["responses"], f"{method} {path}"


def test_people_read_the_schema_and_its_page(api, cast):
    client = api(cast.claire)
    assert client.get("/api/v1/schema/").status_code == 200
    assert b"swagger" in client.get("/api/v1/docs/", headers={"accept": "text/html"}).content


@pytest.mark.browser
def test_the_page_works_under_our_security_policy(page, transactional_db):
    """The policy forbids inline scripts, which the usual page of this kind is made of."""
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto("/api/v1/docs/")
    page.locator("[data-tag=tickets]").click()
    page.get_by_text("/api/v1/tickets/{id}/take/").first.wait_for()
    assert refused == []
