from django.db import migrations

# The same rule as inventory/rules/identity.py plain_port; a test compares the two.
FUNCTION = r"""
CREATE OR REPLACE FUNCTION inventory_plain_port(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        (SELECT short || substr(plain, length(long) + 1)
           FROM (VALUES
                (1, 'hundredgigabitethernet', 'hu'), (2, 'hundredgige', 'hu'),
                (3, 'fortygigabitethernet', 'fo'), (4, 'twentyfivegige', 'twe'),
                (5, 'tengigabitethernet', 'te'), (6, 'tengige', 'te'),
                (7, 'fivegigabitethernet', 'fi'), (8, 'twogigabitethernet', 'tw'),
                (9, 'gigabitethernet', 'gi'), (10, 'gigaethernet', 'gi'),
                (11, 'fastethernet', 'fa'), (12, 'ethernet', 'eth'), (13, 'port-channel', 'po')
                ) AS spelt (rank, long, short)
          WHERE starts_with(plain, long) ORDER BY rank LIMIT 1),
        regexp_replace(plain, '^(?:port|if)[#\-_]?(?=\d)', ''))
    FROM (SELECT regexp_replace(
              regexp_replace(lower(name), '\s+', '', 'g'), ':(?!\d).*$', '') AS plain) told
$$;
"""
# What was entered twice under two spellings stays, the later one under a name of its own.
APART = """
UPDATE inventory_port SET name = left(name, 28) || '~' || id
 WHERE id IN (SELECT id FROM (
           SELECT id, row_number() OVER (
                      PARTITION BY device_id, inventory_plain_port(name) ORDER BY id) AS nth
             FROM inventory_port) told
        WHERE nth > 1);
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0020_vlans_and_wifi_networks")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION inventory_plain_port(text);"),
        migrations.RunSQL(APART, migrations.RunSQL.noop),
    ]
