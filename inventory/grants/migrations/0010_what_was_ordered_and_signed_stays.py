"""Facts of orders stay: lines once validated, history, messages, signatures; nothing comes twice."""

from django.db import migrations

GUARDS = """
-- A line is written while its order is a basket or waits for the head. Afterwards only the lot and
-- the order to the supplier under which it leaves are still said.
CREATE FUNCTION grants_order_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known text;
    told text[] := ARRAY['lot_id', 'supplier_order_id'];
BEGIN
    SELECT state INTO known FROM grants_order WHERE id = OLD.order_id FOR SHARE;
    IF known IS NULL OR known IN ('basket', 'submitted') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - told = to_jsonb(OLD) - told THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A validated order keeps its lines.',
        CONSTRAINT = 'order_line_stays';
END $$;
CREATE TRIGGER grants_order_line_guard BEFORE UPDATE OR DELETE ON grants_orderline
    FOR EACH ROW EXECUTE FUNCTION grants_order_line_guard();

-- Never more accepted than was ordered, whoever signs what at the same moment.
CREATE FUNCTION grants_accepted_within_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ordered integer;
    taken integer;
BEGIN
    SELECT quantity INTO ordered FROM grants_orderitem WHERE id = NEW.item_id FOR UPDATE;
    SELECT coalesce(sum(accepted), 0) INTO taken
      FROM grants_shipmentline WHERE item_id = NEW.item_id;
    IF taken > ordered THEN
        RAISE check_violation USING MESSAGE = 'More was accepted than was ordered.',
            CONSTRAINT = 'shipment_line_within_the_order';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER grants_accepted_within_order AFTER INSERT OR UPDATE OF accepted ON grants_shipmentline
    FOR EACH ROW WHEN (NEW.accepted IS NOT NULL) EXECUTE FUNCTION grants_accepted_within_order();

-- What was said and what was signed are facts. A person, or a delivery of the inventory, may go.
CREATE FUNCTION grants_supply_fact_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text[] := '{}';
    one text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOREACH one IN ARRAY ARRAY['actor_id', 'signed_by_id', 'arrival_id'] LOOP
            IF to_jsonb(NEW) -> one = 'null' THEN
                told := array_append(told, one);
            END IF;
        END LOOP;
        IF to_jsonb(NEW) - told = to_jsonb(OLD) - told THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'What was said or signed of an order is a fact: it is never changed.';
END $$;
CREATE TRIGGER grants_supply_fact_guard BEFORE UPDATE OR DELETE ON grants_orderevent
    FOR EACH ROW EXECUTE FUNCTION grants_supply_fact_guard();
CREATE TRIGGER grants_supply_fact_guard BEFORE UPDATE OR DELETE ON grants_suppliermessage
    FOR EACH ROW EXECUTE FUNCTION grants_supply_fact_guard();
CREATE TRIGGER grants_supply_fact_guard BEFORE UPDATE OR DELETE ON grants_reception
    FOR EACH ROW EXECUTE FUNCTION grants_supply_fact_guard();

-- A signed or cancelled delivery stays so.
CREATE FUNCTION grants_shipment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state THEN
        RAISE check_violation USING MESSAGE = 'A signed delivery stays signed.',
            CONSTRAINT = 'shipment_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grants_shipment_stays BEFORE UPDATE ON grants_shipment
    FOR EACH ROW WHEN (OLD.state IN ('signed', 'cancelled'))
    EXECUTE FUNCTION grants_shipment_stays();
"""
COUNTED = (
    "supplier", "marketlot", "membership", "order", "supplierorder", "shipment", "replacement",
)  # fmt: skip
COUNT = "".join(
    f"CREATE TRIGGER {name}_counts_version BEFORE UPDATE ON grants_{name} "
    "FOR EACH ROW EXECUTE FUNCTION inventory_count_version();\n"
    for name in COUNTED
)
UNCOUNT = "".join(f"DROP TRIGGER {name}_counts_version ON grants_{name};\n" for name in COUNTED)
UNGUARD = """
DROP TRIGGER grants_shipment_stays ON grants_shipment;
DROP FUNCTION grants_shipment_stays();
DROP TRIGGER grants_supply_fact_guard ON grants_reception;
DROP TRIGGER grants_supply_fact_guard ON grants_suppliermessage;
DROP TRIGGER grants_supply_fact_guard ON grants_orderevent;
DROP FUNCTION grants_supply_fact_guard();
DROP TRIGGER grants_accepted_within_order ON grants_shipmentline;
DROP FUNCTION grants_accepted_within_order();
DROP TRIGGER grants_order_line_guard ON grants_orderline;
DROP FUNCTION grants_order_line_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0009_the_market_orders_and_deliveries"),
        ("inventory", "0093_warranty_repair_and_energy_of_kits"),
    ]
    operations = [migrations.RunSQL(GUARDS + COUNT, UNCOUNT + UNGUARD)]
