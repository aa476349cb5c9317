"""What was counted is not rewritten after closing; what was declared never is."""

from django.db import migrations

GUARDS = """
-- FOR SHARE: a scan on its way and the closing wait for one another.
CREATE FUNCTION inventory_stock_runs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known text;
    taking bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.stock_taking_id
                          ELSE NEW.stock_taking_id END;
BEGIN
    SELECT state INTO known FROM inventory_stocktaking WHERE id = taking FOR SHARE;
    IF known <> 'running' THEN
        RAISE check_violation USING MESSAGE = 'The stock-taking is no longer running.',
            CONSTRAINT = 'stock_taking_is_running';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER inventory_stock_runs BEFORE INSERT OR UPDATE OF text, undone_at, damaged, note, photo
    ON inventory_stockscan FOR EACH ROW EXECUTE FUNCTION inventory_stock_runs();
CREATE TRIGGER inventory_stock_runs BEFORE INSERT OR UPDATE OF stock_taking_id, at
    ON inventory_stockcount FOR EACH ROW EXECUTE FUNCTION inventory_stock_runs();

CREATE FUNCTION inventory_stock_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state OR NEW.closed_at IS DISTINCT FROM OLD.closed_at
       OR NEW.site_id <> OLD.site_id OR NEW.expected <> OLD.expected
    THEN
        RAISE check_violation USING MESSAGE = 'A closed stock-taking stays as it is.',
            CONSTRAINT = 'stock_taking_stays_closed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_stock_stays_closed BEFORE UPDATE ON inventory_stocktaking
    FOR EACH ROW WHEN (OLD.state <> 'running') EXECUTE FUNCTION inventory_stock_stays_closed();

CREATE FUNCTION inventory_declaration_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A person may go: their key becomes null, the text stays.
    IF TG_OP = 'UPDATE' AND NEW.signed_by_id IS NULL
       AND to_jsonb(NEW) - 'signed_by_id' = to_jsonb(OLD) - 'signed_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A declaration is a fact: correct or withdraw it with a new version.';
END $$;
CREATE TRIGGER inventory_declaration_guard BEFORE UPDATE OR DELETE ON inventory_declaration
    FOR EACH ROW EXECUTE FUNCTION inventory_declaration_guard();
"""
UNGUARD = """
DROP TRIGGER inventory_declaration_guard ON inventory_declaration;
DROP TRIGGER inventory_stock_stays_closed ON inventory_stocktaking;
DROP TRIGGER inventory_stock_runs ON inventory_stockcount;
DROP TRIGGER inventory_stock_runs ON inventory_stockscan;
DROP FUNCTION inventory_declaration_guard();
DROP FUNCTION inventory_stock_stays_closed();
DROP FUNCTION inventory_stock_runs();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0070_stock_takings_and_declarations")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
