"""Loans to pupils, and how long what concerns them is kept; ``base`` takes it."""

from __future__ import annotations

from deploy.settings import env

# Fair loans (byod/rules/equity).
EQUITY_TARGET_PERCENT = env.number("EQUITY_TARGET_PERCENT")
EQUITY_TARGET_FLOOR = env.number("EQUITY_TARGET_FLOOR")
EQUITY_TARGET_CEILING = env.number("EQUITY_TARGET_CEILING")
EQUITY_EUR_PER_PUPIL = env.number("EQUITY_EUR_PER_PUPIL")
EQUITY_DEVICE_YEAR_EUR = env.number("EQUITY_DEVICE_YEAR_EUR")
LINE_UNUSED_DAYS = env.number("LINE_UNUSED_DAYS")
LINE_NOTICE_DAYS = env.number("LINE_NOTICE_DAYS")
LINE_EXPIRY_DAYS = env.number("LINE_EXPIRY_DAYS")
# How long what concerns pupils, teachers and guests is kept (byod/rules/privacy/purposes.py).
KEEP_LOAN_IDENTITY_DAYS = env.number("KEEP_LOAN_IDENTITY_DAYS")
KEEP_LOAN_TERMS_DAYS = env.number("KEEP_LOAN_TERMS_DAYS")
KEEP_LOAN_PHOTO_DAYS = env.number("KEEP_LOAN_PHOTO_DAYS")
KEEP_REQUEST_DAYS = env.number("KEEP_REQUEST_DAYS")
KEEP_RADIUS_DAYS = env.number("KEEP_RADIUS_DAYS")
KEEP_SESSION_DAYS = env.number("KEEP_SESSION_DAYS")
KEEP_CREDENTIAL_DAYS = env.number("KEEP_CREDENTIAL_DAYS")
KEEP_LEAVER_DAYS = env.number("KEEP_LEAVER_DAYS")
KEEP_GUEST_DAYS = env.number("KEEP_GUEST_DAYS")
KEEP_LINK_DAYS = env.number("KEEP_LINK_DAYS")
KEEP_READING_DAYS = env.number("KEEP_READING_DAYS")
