"""The ledger of stocks keeps its own balance; bookables and bookings count their versions."""

from django.db import migrations

LEDGER = """
-- What an entry changes, it changes in its line, in the same statement: whoever writes waits for
-- whoever wrote before, and the line's own check refuses to go below nothing.
CREATE FUNCTION inventory_take_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    former inventory_stockentry;
BEGIN
    IF NEW.undoes_id IS NOT NULL THEN
        SELECT * INTO former FROM inventory_stockentry WHERE id = NEW.undoes_id;
        IF former.store_id <> NEW.store_id OR former.consumable_id <> NEW.consumable_id
           OR former.quantity <> -NEW.quantity OR former.movement = 'undone' THEN
            RAISE EXCEPTION 'entry % does not undo entry %', NEW.quantity, NEW.undoes_id
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    INSERT INTO inventory_stockline (store_id, consumable_id, quantity)
    VALUES (NEW.store_id, NEW.consumable_id, 0) ON CONFLICT DO NOTHING;
    UPDATE inventory_stockline
       SET quantity = quantity + NEW.quantity, last_cost = coalesce(NEW.unit_cost, last_cost)
     WHERE store_id = NEW.store_id AND consumable_id = NEW.consumable_id
    RETURNING quantity INTO NEW.balance;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_entry_is_taken BEFORE INSERT ON inventory_stockentry
    FOR EACH ROW EXECUTE FUNCTION inventory_take_stock();

-- A quantity comes from an entry alone.
CREATE FUNCTION inventory_guard_stock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND NEW.quantity <> (
        CASE WHEN TG_OP = 'UPDATE' THEN OLD.quantity ELSE 0 END
    ) THEN
        RAISE EXCEPTION 'the quantity of a stock line is written by its entries alone'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_line_follows_entries BEFORE INSERT OR UPDATE ON inventory_stockline
    FOR EACH ROW EXECUTE FUNCTION inventory_guard_stock();

-- Append-only: only the keys of a person or a device that are deleted may become null.
CREATE FUNCTION inventory_keep_stock_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.actor_id IS NULL THEN OLD.actor_id := NULL; END IF;
        IF NEW.device_id IS NULL THEN OLD.device_id := NULL; END IF;
        IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
    END IF;
    RAISE EXCEPTION 'an entry of the stock ledger is neither changed nor deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stock_entry_is_kept BEFORE UPDATE OR DELETE ON inventory_stockentry
    FOR EACH ROW EXECUTE FUNCTION inventory_keep_stock_entry();

-- What leaves one store arrives in another, and is undone on both sides.
CREATE FUNCTION inventory_balance_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved uuid := NEW.key;
    sides int; total int; open int;
BEGIN
    IF NEW.movement = 'undone' THEN
        SELECT key INTO moved FROM inventory_stockentry
         WHERE id = NEW.undoes_id AND movement = 'moved';
        IF NOT FOUND THEN RETURN NULL; END IF;
    END IF;
    SELECT count(*), sum(e.quantity), count(*) FILTER (WHERE u.id IS NULL)
      INTO sides, total, open
      FROM inventory_stockentry e LEFT JOIN inventory_stockentry u ON u.undoes_id = e.id
     WHERE e.key = moved AND e.consumable_id = NEW.consumable_id AND e.movement = 'moved';
    IF sides <> 2 OR total <> 0 OR open = 1 THEN
        RAISE EXCEPTION 'move % is not balanced', moved USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER stock_move_is_balanced AFTER INSERT ON inventory_stockentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.movement IN ('moved', 'undone'))
    EXECUTE FUNCTION inventory_balance_move();

CREATE TRIGGER bookable_counts_version BEFORE UPDATE ON inventory_bookable
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER booking_counts_version BEFORE UPDATE ON inventory_booking
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""
NO_LEDGER = """
DROP TRIGGER IF EXISTS booking_counts_version ON inventory_booking;
DROP TRIGGER IF EXISTS bookable_counts_version ON inventory_bookable;
DROP TRIGGER IF EXISTS stock_move_is_balanced ON inventory_stockentry;
DROP TRIGGER IF EXISTS stock_entry_is_kept ON inventory_stockentry;
DROP TRIGGER IF EXISTS stock_line_follows_entries ON inventory_stockline;
DROP TRIGGER IF EXISTS stock_entry_is_taken ON inventory_stockentry;
DROP FUNCTION IF EXISTS inventory_balance_move();
DROP FUNCTION IF EXISTS inventory_keep_stock_entry();
DROP FUNCTION IF EXISTS inventory_guard_stock();
DROP FUNCTION IF EXISTS inventory_take_stock();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0080_shared_equipment_and_consumables")]
    operations = [migrations.RunSQL(LEDGER, NO_LEDGER)]
