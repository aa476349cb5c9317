"""An accepted version of a resource is not rewritten; steps are facts; forms count their writings."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION grants_resource_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{version,changed_at}'::text[]
                          = to_jsonb(OLD) - '{version,changed_at}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'An accepted version stays: begin a new one.',
        CONSTRAINT = 'resource_version_stays';
END $$;
CREATE TRIGGER grants_resource_version_guard BEFORE UPDATE OR DELETE ON grants_resourceversion
    FOR EACH ROW WHEN (OLD.frozen_at IS NOT NULL)
    EXECUTE FUNCTION grants_resource_version_guard();

-- FOR SHARE: a file on its way and the acceptance wait for one another.
CREATE FUNCTION grants_resource_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    frozen timestamptz;
BEGIN
    SELECT frozen_at INTO frozen FROM grants_resourceversion
     WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END FOR SHARE;
    IF TG_OP = 'UPDATE' OR frozen IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = 'The files of an accepted version stay.',
            CONSTRAINT = 'resource_files_stay';
    END IF;
    RETURN CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END;
END $$;
CREATE TRIGGER grants_resource_file_guard BEFORE INSERT OR UPDATE OR DELETE ON grants_resourcefile
    FOR EACH ROW EXECUTE FUNCTION grants_resource_file_guard();

CREATE FUNCTION grants_resource_move_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A person may go: their key becomes null, the text stays.
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL
       AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id' THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'The steps of a resource are only added to.',
        CONSTRAINT = 'resource_moves_stay';
END $$;
CREATE TRIGGER grants_resource_move_guard BEFORE UPDATE OR DELETE ON grants_resourcemove
    FOR EACH ROW EXECUTE FUNCTION grants_resource_move_guard();

CREATE FUNCTION grants_follow_up_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{state,sent_by_id,read_by_id,read_at,answer,version,changed_at}'::text[]
         = to_jsonb(OLD) - '{state,sent_by_id,read_by_id,read_at,answer,version,changed_at}'::text[]
       AND NEW.state <> 'draft' THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A report that was sent stays as it was sent.',
        CONSTRAINT = 'follow_up_stays';
END $$;
CREATE TRIGGER grants_follow_up_guard BEFORE UPDATE OR DELETE ON grants_followup
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION grants_follow_up_guard();

CREATE TRIGGER follow_up_counts_version BEFORE UPDATE ON grants_followup
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER obligation_counts_version BEFORE UPDATE ON grants_obligation
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER resource_version_counts_version BEFORE UPDATE ON grants_resourceversion
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();

CREATE FUNCTION grants_snapshot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'A figure that was published stays.',
        CONSTRAINT = 'indicator_snapshot_stays';
END $$;
CREATE TRIGGER grants_snapshot_guard BEFORE UPDATE OR DELETE ON grants_indicatorsnapshot
    FOR EACH ROW EXECUTE FUNCTION grants_snapshot_guard();
"""
UNGUARD = """
DROP TRIGGER grants_snapshot_guard ON grants_indicatorsnapshot;
DROP TRIGGER resource_version_counts_version ON grants_resourceversion;
DROP TRIGGER obligation_counts_version ON grants_obligation;
DROP TRIGGER follow_up_counts_version ON grants_followup;
DROP TRIGGER grants_follow_up_guard ON grants_followup;
DROP TRIGGER grants_resource_move_guard ON grants_resourcemove;
DROP TRIGGER grants_resource_file_guard ON grants_resourcefile;
DROP TRIGGER grants_resource_version_guard ON grants_resourceversion;
DROP FUNCTION grants_snapshot_guard();
DROP FUNCTION grants_follow_up_guard();
DROP FUNCTION grants_resource_move_guard();
DROP FUNCTION grants_resource_file_guard();
DROP FUNCTION grants_resource_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0007_resources_owed_and_given_back")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
