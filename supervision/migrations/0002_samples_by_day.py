from django.db import migrations

TABLE = """
CREATE TABLE supervision_sample (
    target_id bigint NOT NULL,
    at timestamptz NOT NULL,
    outcome varchar(8) NOT NULL,
    rtt_ms real,
    metrics jsonb,
    PRIMARY KEY (target_id, at)
) PARTITION BY RANGE (at);

CREATE FUNCTION supervision_make_partitions(first_day date, days integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    day date;
    made integer := 0;
BEGIN
    -- One maker at a time: two workers may ask for the same day.
    PERFORM pg_advisory_xact_lock(hashtext('supervision_sample'));
    FOR day IN SELECT first_day + i FROM generate_series(0, days - 1) AS i LOOP
        IF to_regclass('supervision_sample_' || to_char(day, 'YYYYMMDD')) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF supervision_sample FOR VALUES FROM (%L) TO (%L)',
                'supervision_sample_' || to_char(day, 'YYYYMMDD'),
                day::timestamp AT TIME ZONE 'UTC',
                (day + 1)::timestamp AT TIME ZONE 'UTC'
            );
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION supervision_drop_partitions(before_day date) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    part text;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('supervision_sample'));
    FOR part IN
        SELECT c.relname FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'supervision_sample'::regclass
          AND c.relname < 'supervision_sample_' || to_char(before_day, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

SELECT supervision_make_partitions((now() AT TIME ZONE 'UTC')::date - 1, 5);
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_targets_checks_incidents")]
    operations = [
        migrations.RunSQL(
            TABLE,
            "DROP TABLE supervision_sample CASCADE;"
            "DROP FUNCTION supervision_make_partitions(date, integer);"
            "DROP FUNCTION supervision_drop_partitions(date);",
        ),
    ]
