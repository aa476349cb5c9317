"""A published charter is never changed; a certificate that was revoked or deleted stays revoked."""

from django.db import migrations

GUARDS = """
-- What people accepted is what they can read again.
CREATE FUNCTION byod_charter_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'A published charter is never changed.',
        CONSTRAINT = 'charter_stays';
END $$;
CREATE TRIGGER byod_charter_stays BEFORE UPDATE OR DELETE ON byod_charterversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION byod_charter_stays();

-- A serial number that was good once and is not any more: whoever revoked it, in whatever way, even
-- by erasing the person. Nothing in the row leads to them.
CREATE FUNCTION byod_note_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO byod_revokedcertificate (issuer_id, serial, at, expires_at, listed)
    VALUES (OLD.issuer_id, OLD.serial, now(), OLD.expires_at, false)
    ON CONFLICT (serial) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER byod_note_revoked AFTER UPDATE OF revoked_at ON byod_credential
    FOR EACH ROW WHEN (OLD.serial IS NOT NULL AND NEW.revoked_at IS NOT NULL)
    EXECUTE FUNCTION byod_note_revoked();
CREATE TRIGGER byod_note_deleted AFTER DELETE ON byod_credential
    FOR EACH ROW WHEN (OLD.serial IS NOT NULL) EXECUTE FUNCTION byod_note_revoked();

-- Revoked is for good, and a credential keeps what it was issued as.
CREATE FUNCTION byod_credential_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE check_violation USING MESSAGE = 'A revoked credential stays revoked.',
            CONSTRAINT = 'credential_stays_revoked';
    END IF;
    IF NEW.serial IS DISTINCT FROM OLD.serial OR NEW.username <> OLD.username THEN
        RAISE check_violation USING MESSAGE = 'A credential keeps its name and number.',
            CONSTRAINT = 'credential_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER byod_credential_stays BEFORE UPDATE ON byod_credential
    FOR EACH ROW EXECUTE FUNCTION byod_credential_stays();
"""
UNGUARD = """
DROP TRIGGER byod_credential_stays ON byod_credential;
DROP FUNCTION byod_credential_stays();
DROP TRIGGER byod_note_deleted ON byod_credential;
DROP TRIGGER byod_note_revoked ON byod_credential;
DROP FUNCTION byod_note_revoked();
DROP TRIGGER byod_charter_stays ON byod_charterversion;
DROP FUNCTION byod_charter_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("byod", "0003_links_sessions_and_certificate_authorities")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
