from django.db import migrations

TABLES = ("operator", "frameworkcontract", "offer", "subscription", "infrastructure")
COUNT = "".join(
    f"CREATE TRIGGER {table}_counts_version BEFORE UPDATE ON inventory_{table} "
    "FOR EACH ROW EXECUTE FUNCTION inventory_count_version();\n"
    for table in TABLES
)
UNCOUNT = "".join(
    f"DROP TRIGGER {table}_counts_version ON inventory_{table};\n" for table in TABLES
)

# A school that takes an offer holds it (FOR SHARE), so its terms cannot change meanwhile.
FREEZE = """
CREATE FUNCTION inventory_offer_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told inventory_offer;
BEGIN
    told := NEW;
    told.valid_to := OLD.valid_to;
    told.version := OLD.version;
    told.changed_at := OLD.changed_at;
    IF told IS DISTINCT FROM OLD
       AND EXISTS (SELECT 1 FROM inventory_subscription WHERE offer_id = OLD.id) THEN
        RAISE check_violation USING MESSAGE = 'A school has taken this offer.',
            CONSTRAINT = 'offer_taken_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_offer_frozen BEFORE UPDATE ON inventory_offer
    FOR EACH ROW EXECUTE FUNCTION inventory_offer_frozen();

CREATE FUNCTION inventory_line_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    offered record;
BEGIN
    IF NEW.offer_id IS NOT NULL AND (TG_OP = 'INSERT' OR
       (NEW.offer_id, NEW.operator_id, NEW.technology, NEW.down_mbps, NEW.up_mbps)
       IS DISTINCT FROM
       (OLD.offer_id, OLD.operator_id, OLD.technology, OLD.down_mbps, OLD.up_mbps)) THEN
        SELECT c.operator_id, o.technology, o.down_mbps, o.up_mbps INTO offered
          FROM inventory_offer o JOIN inventory_frameworkcontract c ON c.id = o.contract_id
         WHERE o.id = NEW.offer_id FOR SHARE OF o, c;
        IF (offered.operator_id, offered.technology, offered.down_mbps, offered.up_mbps)
           IS DISTINCT FROM (NEW.operator_id, NEW.technology, NEW.down_mbps, NEW.up_mbps) THEN
            RAISE check_violation USING MESSAGE = 'The line is not what the offer says.',
                CONSTRAINT = 'line_is_what_its_offer_says';
        END IF;
    END IF;
    IF NEW.follows_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM inventory_subscription
         WHERE id = NEW.follows_id AND site_id = NEW.site_id AND id <> NEW.id
    ) THEN
        RAISE check_violation USING MESSAGE = 'The line before is of another site.',
            CONSTRAINT = 'line_follows_one_of_its_site';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_line_guard BEFORE INSERT OR UPDATE ON inventory_subscription
    FOR EACH ROW EXECUTE FUNCTION inventory_line_guard();

-- A contract whose lines run stays with its operator.
CREATE FUNCTION inventory_contract_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM inventory_subscription s JOIN inventory_offer o ON o.id = s.offer_id
                WHERE o.contract_id = NEW.id) THEN
        RAISE check_violation USING MESSAGE = 'Schools have taken offers of this contract.',
            CONSTRAINT = 'contract_keeps_its_operator';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_contract_guard BEFORE UPDATE OF operator_id ON inventory_frameworkcontract
    FOR EACH ROW WHEN (OLD.operator_id IS DISTINCT FROM NEW.operator_id)
    EXECUTE FUNCTION inventory_contract_guard();
"""
THAW = """
DROP TRIGGER inventory_contract_guard ON inventory_frameworkcontract;
DROP FUNCTION inventory_contract_guard();
DROP TRIGGER inventory_line_guard ON inventory_subscription;
DROP FUNCTION inventory_line_guard();
DROP TRIGGER inventory_offer_frozen ON inventory_offer;
DROP FUNCTION inventory_offer_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0030_contracts_and_connections")]
    operations = [
        migrations.RunSQL(COUNT, UNCOUNT),
        migrations.RunSQL(FREEZE, THAW),
    ]
