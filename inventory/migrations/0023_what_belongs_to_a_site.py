from django.db import migrations

COUNT = "".join(
    f"CREATE TRIGGER {table}_counts_version BEFORE UPDATE ON inventory_{table} "
    "FOR EACH ROW EXECUTE FUNCTION inventory_count_version();\n"
    for table in ("link", "prefix", "ipaddress", "rack", "rackplace", "radio", "roomcoverage")
)
# A generated column is not computed yet when the trigger runs: it is no change.
COUNT_PORTS = """
CREATE FUNCTION inventory_count_port_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version;
    NEW.changed_at := OLD.changed_at;
    NEW.plain := OLD.plain;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.version := OLD.version + 1;
        NEW.changed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER port_counts_version BEFORE UPDATE ON inventory_port
    FOR EACH ROW EXECUTE FUNCTION inventory_count_port_version();
"""
UNCOUNT = (
    "".join(
        f"DROP TRIGGER {table}_counts_version ON inventory_{table};\n"
        for table in (
            *("link", "prefix", "ipaddress", "rack", "rackplace", "radio", "roomcoverage"),
            "port",
        )
    )
    + "DROP FUNCTION inventory_count_port_version();"
)

PREFIXES = """
ALTER TABLE inventory_prefix
    ADD CONSTRAINT prefix_vlan_of_its_site
        FOREIGN KEY (vlan_id, site_id) REFERENCES inventory_vlan (id, site_id),
    ADD CONSTRAINT prefix_gateway_within CHECK (gateway IS NULL OR gateway <<= cidr::inet),
    ADD CONSTRAINT prefix_dhcp_within CHECK (
        (dhcp_first IS NULL AND dhcp_last IS NULL)
        OR (dhcp_first IS NOT NULL AND dhcp_last IS NOT NULL AND dhcp_first <= dhcp_last
            AND dhcp_first <<= cidr::inet AND dhcp_last <<= cidr::inet)),
    ADD CONSTRAINT prefix_gateway_not_in_dhcp CHECK (
        gateway IS NULL OR dhcp_first IS NULL OR gateway < dhcp_first OR gateway > dhcp_last);

CREATE FUNCTION inventory_address_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_device bigint;
BEGIN
    IF NEW.device_id IS NOT NULL THEN
        SELECT site_id INTO of_device FROM inventory_device WHERE id = NEW.device_id FOR SHARE;
        IF of_device IS DISTINCT FROM NEW.site_id THEN
            RAISE check_violation USING MESSAGE = 'The device is of another site.',
                CONSTRAINT = 'address_device_of_its_site';
        END IF;
    END IF;
    IF NEW.port_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM inventory_port WHERE id = NEW.port_id AND device_id = NEW.device_id
    ) THEN
        RAISE check_violation USING MESSAGE = 'The port is of another device.',
            CONSTRAINT = 'address_port_of_its_device';
    END IF;
    IF NEW.outside_why = '' THEN
        -- the prefix cannot be changed or taken away meanwhile
        PERFORM 1 FROM inventory_prefix
          WHERE site_id = NEW.site_id AND cidr >>= NEW.address FOR SHARE;
        IF NOT FOUND THEN
            RAISE check_violation USING MESSAGE = 'The address is in no prefix of the site.',
                CONSTRAINT = 'address_in_a_prefix';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_address_guard BEFORE INSERT OR UPDATE ON inventory_ipaddress
    FOR EACH ROW EXECUTE FUNCTION inventory_address_guard();

CREATE FUNCTION inventory_prefix_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM inventory_ipaddress a
         WHERE a.site_id = OLD.site_id AND a.outside_why = '' AND a.address <<= OLD.cidr::inet
           AND NOT EXISTS (SELECT 1 FROM inventory_prefix p
                            WHERE p.site_id = a.site_id AND p.cidr >>= a.address)
    ) THEN
        RAISE check_violation USING MESSAGE = 'Addresses of this prefix are in use.',
            CONSTRAINT = 'prefix_has_no_addresses';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_prefix_guard AFTER UPDATE OF cidr, site_id OR DELETE ON inventory_prefix
    FOR EACH ROW EXECUTE FUNCTION inventory_prefix_guard();
"""
UNPREFIXES = """
DROP TRIGGER inventory_prefix_guard ON inventory_prefix;
DROP TRIGGER inventory_address_guard ON inventory_ipaddress;
DROP FUNCTION inventory_prefix_guard();
DROP FUNCTION inventory_address_guard();
ALTER TABLE inventory_prefix
    DROP CONSTRAINT prefix_gateway_not_in_dhcp,
    DROP CONSTRAINT prefix_dhcp_within,
    DROP CONSTRAINT prefix_gateway_within,
    DROP CONSTRAINT prefix_vlan_of_its_site;
"""

RACKS = """
CREATE FUNCTION inventory_rack_place_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_rack record;
    of_device bigint;
BEGIN
    SELECT site_id, units INTO of_rack FROM inventory_rack WHERE id = NEW.rack_id FOR SHARE;
    SELECT site_id INTO of_device FROM inventory_device WHERE id = NEW.device_id FOR SHARE;
    IF of_device IS DISTINCT FROM of_rack.site_id THEN
        RAISE check_violation USING MESSAGE = 'The device is of another site.',
            CONSTRAINT = 'rack_device_of_its_site';
    END IF;
    IF NEW.bottom + NEW.height - 1 > of_rack.units THEN
        RAISE check_violation USING MESSAGE = 'The rack is not that high.',
            CONSTRAINT = 'rack_place_within';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_rack_place_guard BEFORE INSERT OR UPDATE ON inventory_rackplace
    FOR EACH ROW EXECUTE FUNCTION inventory_rack_place_guard();

CREATE FUNCTION inventory_rack_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.site_id <> OLD.site_id OR EXISTS (
        SELECT 1 FROM inventory_rackplace
         WHERE rack_id = NEW.id AND bottom + height - 1 > NEW.units
    ) THEN
        RAISE check_violation USING MESSAGE = 'Devices stand higher than that.',
            CONSTRAINT = 'rack_place_within';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_rack_guard AFTER UPDATE OF units, site_id ON inventory_rack
    FOR EACH ROW EXECUTE FUNCTION inventory_rack_guard();
"""
UNRACKS = """
DROP TRIGGER inventory_rack_guard ON inventory_rack;
DROP TRIGGER inventory_rack_place_guard ON inventory_rackplace;
DROP FUNCTION inventory_rack_guard();
DROP FUNCTION inventory_rack_place_guard();
"""

PORTS = """
CREATE FUNCTION inventory_port_vlan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT site_id FROM inventory_device WHERE id = NEW.device_id FOR SHARE)
       IS DISTINCT FROM (SELECT site_id FROM inventory_vlan WHERE id = NEW.access_vlan_id) THEN
        RAISE check_violation USING MESSAGE = 'The VLAN is of another site.',
            CONSTRAINT = 'port_vlan_of_its_site';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_port_vlan_guard
    BEFORE INSERT OR UPDATE OF access_vlan_id, device_id ON inventory_port
    FOR EACH ROW WHEN (NEW.access_vlan_id IS NOT NULL)
    EXECUTE FUNCTION inventory_port_vlan_guard();

CREATE FUNCTION inventory_trunk_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT d.site_id FROM inventory_port p JOIN inventory_device d ON d.id = p.device_id
         WHERE p.id = NEW.port_id FOR SHARE OF d)
       IS DISTINCT FROM (SELECT site_id FROM inventory_vlan WHERE id = NEW.vlan_id) THEN
        RAISE check_violation USING MESSAGE = 'The VLAN is of another site.',
            CONSTRAINT = 'port_vlan_of_its_site';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER inventory_trunk_guard BEFORE INSERT OR UPDATE ON inventory_port_trunk_vlans
    FOR EACH ROW EXECUTE FUNCTION inventory_trunk_guard();

-- Who takes a device to another site need not know what it leaves behind: its VLAN, its place in
-- the rack; its addresses stay with the old site, kept until somebody frees them.
CREATE FUNCTION inventory_device_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM inventory_port_trunk_vlans
     WHERE port_id IN (SELECT id FROM inventory_port WHERE device_id = NEW.id);
    UPDATE inventory_port SET access_vlan_id = NULL
     WHERE device_id = NEW.id AND access_vlan_id IS NOT NULL;
    DELETE FROM inventory_rackplace WHERE device_id = NEW.id;
    UPDATE inventory_ipaddress
       SET device_id = NULL, port_id = NULL, is_management = false,
           name = CASE WHEN name = '' THEN left(OLD.name, 120) ELSE name END
     WHERE device_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER inventory_device_leaves AFTER UPDATE OF site_id ON inventory_device
    FOR EACH ROW WHEN (OLD.site_id IS DISTINCT FROM NEW.site_id)
    EXECUTE FUNCTION inventory_device_leaves();
"""
UNPORTS = """
DROP TRIGGER inventory_device_leaves ON inventory_device;
DROP TRIGGER inventory_trunk_guard ON inventory_port_trunk_vlans;
DROP TRIGGER inventory_port_vlan_guard ON inventory_port;
DROP FUNCTION inventory_device_leaves();
DROP FUNCTION inventory_trunk_guard();
DROP FUNCTION inventory_port_vlan_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0022_ports_addresses_racks_radios_and_coverage")]
    operations = [
        migrations.RunSQL(COUNT + COUNT_PORTS, UNCOUNT),
        migrations.RunSQL(PREFIXES, UNPREFIXES),
        migrations.RunSQL(RACKS, UNRACKS),
        migrations.RunSQL(PORTS, UNPORTS),
    ]
