"""Keys and clocks of the User-based Security Model, against the figures of the RFCs."""

from __future__ import annotations

import pytest

from supervision.snmp import usm
from supervision.snmp.contract import AuthProtocol, PrivProtocol, UsmUser
from supervision.snmp.usm import EngineClock, localized_key, outside_window, password_key

ENGINE = bytes.fromhex("000000000000000000000002")


def test_the_key_of_rfc_3414_a_3_2() -> None:
    key = password_key(AuthProtocol.SHA1, "maplesyrup")
    assert key.hex() == "9fb5cc0381497b3793528939ff788d5d79145211"


def test_the_localized_key_of_rfc_3414_a_3_2() -> None:
    key = localized_key(AuthProtocol.SHA1, "maplesyrup", ENGINE)
    assert key.hex() == "6695febc9288e36282235fc7151f128497b38f3f"


def test_the_changed_key_of_rfc_3414_a_5_2() -> None:
    """The new key of the key-change example is the localised key of ``newsyrup``."""
    key = localized_key(AuthProtocol.SHA1, "newsyrup", ENGINE)
    assert key.hex() == "78e2dcce79d59403b58c1bbaa5bff46391f1cd25"


def test_a_password_is_hashed_once() -> None:
    password_key.cache_clear()
    for engine in range(100):
        localized_key(AuthProtocol.SHA256, "maplesyrup", engine.to_bytes(5, "big"))
    assert password_key.cache_info().misses == 1


def test_the_digest_lengths_of_the_rfcs() -> None:
    for protocol, size in ((AuthProtocol.SHA1, 12), (AuthProtocol.SHA256, 24)):
        keys = usm.local_keys(UsmUser("u", protocol, "maplesyrup"), ENGINE)
        assert len(keys.mac(b"message")) == size


def test_hmac_sha_1_of_rfc_2202_case_1_cut_to_96_bits() -> None:
    keys = usm.LocalKeys("sha1", 12, b"\x0b" * 20, None)
    assert keys.mac(b"Hi There").hex() == "b617318655057264e28bc0b6"


def test_hmac_sha_256_of_rfc_4231_case_1_cut_to_192_bits() -> None:
    keys = usm.LocalKeys("sha256", 24, b"\x0b" * 20, None)
    assert keys.mac(b"Hi There").hex() == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da7"


def test_aes_cfb_of_nist_sp_800_38a() -> None:
    """F.3.13 CFB128-AES128, whose IV we split into boots, time and salt."""
    vector = bytes.fromhex("000102030405060708090a0b0c0d0e0f")
    plain = bytes.fromhex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51")
    secret = bytes.fromhex("3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b")
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    keys = usm.LocalKeys("sha1", 12, b"", key)
    boots = int.from_bytes(vector[:4], "big")
    time_s = int.from_bytes(vector[4:8], "big")
    assert keys.encrypt(boots, time_s, vector[8:], plain) == secret
    assert keys.decrypt(boots, time_s, vector[8:], secret) == plain


def test_secrets_do_not_show() -> None:
    user = UsmUser("u", AuthProtocol.SHA1, "maplesyrup", PrivProtocol.AES128, "maplesyrup2")
    shown = repr(user) + repr(usm.local_keys(user, ENGINE))
    assert "maplesyrup" not in shown
    assert "auth_key" not in shown


def test_an_empty_password_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        password_key(AuthProtocol.SHA1, "")


@pytest.mark.parametrize(
    ("boots", "time_s", "fresh"),
    [
        (7, 1000, True),
        (7, 850, True),  # 150 s late: still inside
        (7, 849, False),
        (7, 999_999, True),  # its clock runs ahead: not refused on our side
        (8, 0, True),  # rebooted
        (6, 1000, False),
        (2**31 - 1, 1000, False),  # worn out (RFC 3414 §2.2.2)
    ],
)
def test_the_window_of_what_we_receive(boots: int, time_s: int, fresh: bool) -> None:
    clock = EngineClock(ENGINE, 7, 900, read_at=50.0)
    assert clock.accepts(boots, time_s, now=150.0) is fresh


@pytest.mark.parametrize(
    ("theirs", "outside"),
    [((7, 1150), False), ((7, 850), False), ((7, 1151), True), ((7, 849), True), ((8, 1000), True)],
)
def test_the_window_of_an_agent(theirs: tuple[int, int], outside: bool) -> None:
    assert outside_window((7, 1000), theirs) is outside


def test_a_clock_follows_only_what_is_newer() -> None:
    clock = EngineClock(ENGINE, 7, 900, read_at=0.0)
    clock.learn(7, 899, 10.0)
    assert (clock.boots, clock.time_s, clock.read_at) == (7, 900, 0.0)
    clock.learn(7, 915, 10.0)
    assert clock.estimate(12.5) == 917
    clock.learn(8, 1, 20.0)
    assert (clock.boots, clock.estimate(20.0)) == (8, 1)
