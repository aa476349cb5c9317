"""A webhook leads outside: never into the network that the platform stands in."""

from __future__ import annotations

import pytest
from django.test import override_settings

from schools.webhooks.addresses import AddressRefused, find_place, read_address
from schools.webhooks.sending import send


@pytest.fixture(autouse=True)
def as_in_production():
    with override_settings(WEBHOOK_PRIVATE=False):
        yield


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.8/",
        "https://192.168.1.1:8443/x",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
    ],
)
def test_an_internal_address_is_refused(url):
    with pytest.raises(AddressRefused, match="interne"):
        find_place(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org/", "https"),
        ("ftp://example.org/", "pas une adresse"),
        ("example.org", "pas une adresse"),
        ("https://", "pas une adresse"),
        ("https://user:pw@example.org/", "mot de passe"),
        ("https://example.org/#x", "mot de passe"),
        ("https://example.org:99999/", "pas une adresse"),
        ("https://[::1/", "pas une adresse"),
    ],
)
def test_what_is_no_address_says_why(url, why):
    with pytest.raises(AddressRefused, match=why):
        read_address(url)


def test_host_and_path_are_kept_beside_the_address_that_is_called():
    place = find_place("https://8.8.8.8:8443/a/b?c=1")
    assert (place.ip, place.named, place.path) == ("8.8.8.8", "8.8.8.8:8443", "/a/b?c=1")


def test_a_refused_address_is_a_result_not_an_exception():
    heard = send("https://127.0.0.1/", b"{}", {})
    assert not heard.delivered
    assert "interne" in heard.error
