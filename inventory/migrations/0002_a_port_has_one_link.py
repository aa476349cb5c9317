from django.db import migrations

GUARD = """
CREATE FUNCTION inventory_link_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two clerks linking the same port at once wait for each other here.
    PERFORM 1 FROM inventory_port WHERE id IN (NEW.port_a_id, NEW.port_b_id) FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM inventory_link
        WHERE id IS DISTINCT FROM NEW.id
          AND (port_a_id IN (NEW.port_a_id, NEW.port_b_id)
               OR port_b_id IN (NEW.port_a_id, NEW.port_b_id))
    ) THEN
        RAISE unique_violation USING MESSAGE = 'A port has one link at most.',
            CONSTRAINT = 'port_linked_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_link_guard BEFORE INSERT OR UPDATE ON inventory_link
    FOR EACH ROW EXECUTE FUNCTION inventory_link_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_catalogue_devices_network")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER inventory_link_guard ON inventory_link;"
            "DROP FUNCTION inventory_link_guard();",
        ),
    ]
