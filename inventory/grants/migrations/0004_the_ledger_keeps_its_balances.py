"""The ledger of rights keeps its own balances; what was adopted, computed or entered stays."""

from django.db import migrations

LEDGER = """
-- All entries of a movement come in one statement, and their rights follow in that statement:
-- whoever writes waits for whoever wrote before, and the right's own checks refuse to go below
-- nothing or out of balance.
CREATE FUNCTION grants_take_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT movement_id INTO wrong FROM added
     GROUP BY movement_id, right_id HAVING sum(amount) <> 0 OR count(*) < 2 LIMIT 1;
    IF wrong IS NULL THEN
        SELECT e.movement_id INTO wrong FROM grants_entry e
         WHERE e.movement_id IN (SELECT movement_id FROM added)
         GROUP BY e.movement_id
        HAVING count(*) <> (SELECT count(*) FROM added a WHERE a.movement_id = e.movement_id)
         LIMIT 1;
    END IF;
    IF wrong IS NOT NULL THEN
        RAISE check_violation USING MESSAGE = 'Movement ' || wrong || ' is not balanced.',
            CONSTRAINT = 'movement_is_balanced';
    END IF;

    -- In the order of the keys, so that two batches never wait for one another in a circle.
    PERFORM 1 FROM grants_drawingright
      WHERE id IN (SELECT right_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE grants_drawingright r
       SET granted = r.granted + s.granted, unreleased = r.unreleased + s.unreleased,
           available = r.available + s.available, reserved = r.reserved + s.reserved,
           committed = r.committed + s.committed, consumed = r.consumed + s.consumed,
           expired = r.expired + s.expired
      FROM (SELECT right_id,
                   coalesce(-sum(amount) FILTER (WHERE account = 'granted'), 0) AS granted,
                   coalesce(sum(amount) FILTER (WHERE account = 'unreleased'), 0) AS unreleased,
                   coalesce(sum(amount) FILTER (WHERE account = 'available'), 0) AS available,
                   coalesce(sum(amount) FILTER (WHERE account = 'reserved'), 0) AS reserved,
                   coalesce(sum(amount) FILTER (WHERE account = 'committed'), 0) AS committed,
                   coalesce(sum(amount) FILTER (WHERE account = 'consumed'), 0) AS consumed,
                   coalesce(sum(amount) FILTER (WHERE account = 'expired'), 0) AS expired
              FROM added GROUP BY right_id) s
     WHERE r.id = s.right_id;

    INSERT INTO grants_draw (right_id, cause, reserved, committed, consumed)
    SELECT DISTINCT a.right_id, m.cause, 0, 0, 0
      FROM added a JOIN grants_movement m ON m.id = a.movement_id
     WHERE a.account IN ('reserved', 'committed', 'consumed')
        ON CONFLICT DO NOTHING;
    UPDATE grants_draw d
       SET reserved = d.reserved + s.reserved, committed = d.committed + s.committed,
           consumed = d.consumed + s.consumed
      FROM (SELECT a.right_id, m.cause,
                   coalesce(sum(a.amount) FILTER (WHERE account = 'reserved'), 0) AS reserved,
                   coalesce(sum(a.amount) FILTER (WHERE account = 'committed'), 0) AS committed,
                   coalesce(sum(a.amount) FILTER (WHERE account = 'consumed'), 0) AS consumed
              FROM added a JOIN grants_movement m ON m.id = a.movement_id
             WHERE a.account IN ('reserved', 'committed', 'consumed')
             GROUP BY a.right_id, m.cause) s
     WHERE d.right_id = s.right_id AND d.cause = s.cause;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_are_taken AFTER INSERT ON grants_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION grants_take_entries();

-- A movement without entries would be a word without a deed.
CREATE FUNCTION grants_movement_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM grants_entry WHERE movement_id = NEW.id) THEN
        RAISE check_violation USING MESSAGE = 'Movement ' || NEW.id || ' has no entries.',
            CONSTRAINT = 'movement_has_entries';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER movement_has_entries AFTER INSERT ON grants_movement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION grants_movement_moves();

-- Balances come from entries alone.
CREATE FUNCTION grants_guard_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.granted <> 0 OR NEW.available <> 0 OR NEW.unreleased <> 0 OR NEW.reserved <> 0
           OR NEW.committed <> 0 OR NEW.consumed <> 0 OR NEW.expired <> 0 THEN
            RAISE check_violation USING MESSAGE = 'A right begins at nothing.',
                CONSTRAINT = 'balances_follow_entries';
        END IF;
    ELSIF pg_trigger_depth() < 2 AND (
        NEW.granted, NEW.unreleased, NEW.available, NEW.reserved, NEW.committed, NEW.consumed,
        NEW.expired, NEW.site_id, NEW.programme_id
    ) IS DISTINCT FROM (
        OLD.granted, OLD.unreleased, OLD.available, OLD.reserved, OLD.committed, OLD.consumed,
        OLD.expired, OLD.site_id, OLD.programme_id
    ) THEN
        RAISE check_violation USING MESSAGE = 'The balances of a right are written by its entries.',
            CONSTRAINT = 'balances_follow_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balances_follow_entries BEFORE INSERT OR UPDATE ON grants_drawingright
    FOR EACH ROW EXECUTE FUNCTION grants_guard_balances();
CREATE FUNCTION grants_guard_draw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE check_violation USING MESSAGE = 'A draw is written by entries.',
            CONSTRAINT = 'balances_follow_entries';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER draws_follow_entries BEFORE INSERT OR UPDATE OR DELETE ON grants_draw
    FOR EACH ROW EXECUTE FUNCTION grants_guard_draw();

-- Append-only: only the key of a person who is deleted may become null.
CREATE FUNCTION grants_keep_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'grants_movement'
       AND to_jsonb(NEW) ->> 'actor_id' IS NULL
       AND to_jsonb(NEW) - 'actor_id' = to_jsonb(OLD) - 'actor_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is written once: correct it with a new movement.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER movement_is_kept BEFORE UPDATE OR DELETE ON grants_movement
    FOR EACH ROW EXECUTE FUNCTION grants_keep_fact();
CREATE TRIGGER entry_is_kept BEFORE UPDATE OR DELETE ON grants_entry
    FOR EACH ROW EXECUTE FUNCTION grants_keep_fact();
CREATE TRIGGER computation_is_kept BEFORE UPDATE OR DELETE ON grants_computation
    FOR EACH ROW EXECUTE FUNCTION grants_keep_fact();

-- What was adopted is not rewritten; the people may go.
CREATE FUNCTION grants_formula_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    people text[] := ARRAY['made_by_id', 'adopted_by_id', 'version', 'changed_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - people = to_jsonb(OLD) - people THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'An adopted formula stays as it is.',
        CONSTRAINT = 'adopted_formula_stays';
END $$;
CREATE TRIGGER adopted_formula_stays BEFORE UPDATE OR DELETE ON grants_formula
    FOR EACH ROW WHEN (OLD.adopted_at IS NOT NULL) EXECUTE FUNCTION grants_formula_stays();

CREATE TRIGGER programme_counts_version BEFORE UPDATE ON grants_programme
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER formula_counts_version BEFORE UPDATE ON grants_formula
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER countingerror_counts_version BEFORE UPDATE ON grants_countingerror
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER correction_counts_version BEFORE UPDATE ON grants_correction
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""
NO_LEDGER = """
DROP TRIGGER IF EXISTS correction_counts_version ON grants_correction;
DROP TRIGGER IF EXISTS countingerror_counts_version ON grants_countingerror;
DROP TRIGGER IF EXISTS formula_counts_version ON grants_formula;
DROP TRIGGER IF EXISTS programme_counts_version ON grants_programme;
DROP TRIGGER IF EXISTS adopted_formula_stays ON grants_formula;
DROP TRIGGER IF EXISTS computation_is_kept ON grants_computation;
DROP TRIGGER IF EXISTS entry_is_kept ON grants_entry;
DROP TRIGGER IF EXISTS movement_is_kept ON grants_movement;
DROP TRIGGER IF EXISTS draws_follow_entries ON grants_draw;
DROP TRIGGER IF EXISTS balances_follow_entries ON grants_drawingright;
DROP TRIGGER IF EXISTS movement_has_entries ON grants_movement;
DROP TRIGGER IF EXISTS entries_are_taken ON grants_entry;
DROP FUNCTION IF EXISTS grants_formula_stays();
DROP FUNCTION IF EXISTS grants_keep_fact();
DROP FUNCTION IF EXISTS grants_guard_draw();
DROP FUNCTION IF EXISTS grants_guard_balances();
DROP FUNCTION IF EXISTS grants_movement_moves();
DROP FUNCTION IF EXISTS grants_take_entries();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0003_drawing_rights_and_their_ledger"),
        ("inventory", "0091_words_of_devices"),
    ]
    operations = [migrations.RunSQL(LEDGER, NO_LEDGER)]
