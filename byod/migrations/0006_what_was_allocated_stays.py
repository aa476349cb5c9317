"""A round and a target are facts: a mistake is another round, another target."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION byod_round_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- a person may go: their key becomes null, the text stays
    IF TG_OP = 'UPDATE' AND NEW.made_by_id IS NULL
       AND to_jsonb(NEW) - '{made_by_id}'::text[] = to_jsonb(OLD) - '{made_by_id}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A round is a fact: make another.',
        CONSTRAINT = 'round_stays';
END $$;
CREATE TRIGGER byod_round_guard BEFORE UPDATE OR DELETE ON byod_allocationround
    FOR EACH ROW EXECUTE FUNCTION byod_round_guard();

-- A place forgets its request, and nothing else.
CREATE FUNCTION byod_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.request_id IS NULL
       AND to_jsonb(NEW) - '{request_id}'::text[] = to_jsonb(OLD) - '{request_id}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A place in a round is a fact.',
        CONSTRAINT = 'round_place_stays';
END $$;
CREATE TRIGGER byod_place_guard BEFORE UPDATE OR DELETE ON byod_roundplace
    FOR EACH ROW EXECUTE FUNCTION byod_place_guard();

CREATE FUNCTION byod_target_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.set_by_id IS NULL
       AND to_jsonb(NEW) - '{set_by_id}'::text[] = to_jsonb(OLD) - '{set_by_id}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A target is a fact: set another.',
        CONSTRAINT = 'target_stays';
END $$;
CREATE TRIGGER byod_target_guard BEFORE UPDATE ON byod_equitytarget
    FOR EACH ROW EXECUTE FUNCTION byod_target_guard();
"""
UNGUARD = """
DROP TRIGGER byod_target_guard ON byod_equitytarget;
DROP TRIGGER byod_place_guard ON byod_roundplace;
DROP TRIGGER byod_round_guard ON byod_allocationround;
DROP FUNCTION byod_target_guard();
DROP FUNCTION byod_place_guard();
DROP FUNCTION byod_round_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("byod", "0005_lines_rounds_surveys_and_targets")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
