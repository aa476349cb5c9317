from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

GUARD = """
CREATE FUNCTION schools_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A person or a site may go: their key becomes null, the text stays.
    IF TG_OP = 'UPDATE'
       AND (NEW.actor_id IS NULL OR NEW.actor_id = OLD.actor_id)
       AND (NEW.site_id IS NULL OR NEW.site_id = OLD.site_id)
       AND to_jsonb(NEW) - 'actor_id' - 'site_id' = to_jsonb(OLD) - 'actor_id' - 'site_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit journal is append-only: correct it with a new entry.';
END $$;
CREATE TRIGGER schools_audit_guard BEFORE UPDATE OR DELETE ON schools_auditentry
    FOR EACH ROW EXECUTE FUNCTION schools_audit_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_places_people_agreements_audit")]
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER schools_audit_guard ON schools_auditentry;"
            "DROP FUNCTION schools_audit_guard();",
        ),
    ]
