from django.db import migrations

GUARDS = """
CREATE FUNCTION schools_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.sealed THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    -- A person may go: the key becomes null, the text stays.
    IF TG_OP = 'UPDATE' AND NEW.made_by_id IS NULL
       AND to_jsonb(NEW) - 'made_by_id' = to_jsonb(OLD) - 'made_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A version that was published is never changed: publish a new one.';
END $$;

-- The parts of a version, whose table and column are the arguments, freeze with it.
CREATE FUNCTION schools_version_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb;
    frozen boolean;
BEGIN
    FOREACH part IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
        WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
        ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)]
    END LOOP
        EXECUTE format('SELECT sealed FROM %I WHERE id = $1', TG_ARGV[0])
            INTO frozen USING (part ->> TG_ARGV[1])::bigint;
        IF frozen THEN
            RAISE EXCEPTION 'A version that was published is never changed: publish a new one.';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION schools_timetable_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'A timetable is never changed: tickets keep it.';
    END IF;
    IF (SELECT count(*) FROM schools_schoolcalendar
        WHERE id = ANY(NEW.calendars) AND sealed AND community = NEW.community)
       <> cardinality(NEW.calendars)
       OR EXISTS (SELECT FROM schools_openinghours WHERE id = NEW.opening_id AND NOT sealed)
    THEN
        RAISE EXCEPTION 'A timetable holds published versions of one community.';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER schools_version_guard BEFORE UPDATE OR DELETE ON schools_schoolcalendar
    FOR EACH ROW EXECUTE FUNCTION schools_version_guard();
CREATE TRIGGER schools_version_guard BEFORE UPDATE OR DELETE ON schools_openinghours
    FOR EACH ROW EXECUTE FUNCTION schools_version_guard();
CREATE TRIGGER schools_version_part_guard
    BEFORE INSERT OR UPDATE OR DELETE ON schools_calendarperiod
    FOR EACH ROW EXECUTE FUNCTION schools_version_part_guard('schools_schoolcalendar', 'calendar_id');
CREATE TRIGGER schools_version_part_guard
    BEFORE INSERT OR UPDATE OR DELETE ON schools_openingexception
    FOR EACH ROW EXECUTE FUNCTION schools_version_part_guard('schools_openinghours', 'opening_id');
CREATE TRIGGER schools_version_part_guard
    BEFORE INSERT OR UPDATE OR DELETE ON schools_openingspan
    FOR EACH ROW EXECUTE FUNCTION schools_version_part_guard('schools_openinghours', 'opening_id');
CREATE TRIGGER schools_timetable_guard BEFORE INSERT OR UPDATE OR DELETE ON schools_timetable
    FOR EACH ROW EXECUTE FUNCTION schools_timetable_guard();
"""

UNDO = """
DROP TRIGGER schools_timetable_guard ON schools_timetable;
DROP TRIGGER schools_version_part_guard ON schools_openingspan;
DROP TRIGGER schools_version_part_guard ON schools_openingexception;
DROP TRIGGER schools_version_part_guard ON schools_calendarperiod;
DROP TRIGGER schools_version_guard ON schools_openinghours;
DROP TRIGGER schools_version_guard ON schools_schoolcalendar;
DROP FUNCTION schools_timetable_guard();
DROP FUNCTION schools_version_part_guard();
DROP FUNCTION schools_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0010_calendars_and_opening_hours")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
