from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

# Immutable by our word: unaccent() may not be indexed only because its dictionary can be
# replaced, which nobody does here. The schema of the extension is written out, since a restored
# database has no search_path.
FOLD = r"""
DO $do$
DECLARE home text := (
    SELECT quote_ident(n.nspname) FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'unaccent');
BEGIN
EXECUTE format($sql$
    CREATE OR REPLACE FUNCTION search_words(VARIADIC told text[]) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
        SELECT regexp_replace(regexp_replace(
            ' ' || btrim(regexp_replace(
                lower(%1$s.unaccent('%1$s.unaccent'::regdictionary, array_to_string(told, ' '))),
                '[^a-z0-9]+', ' ', 'g')),
            '\mst\M', 'saint', 'g'), '\mste\M', 'sainte', 'g')
    $body$
$sql$, home);
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0035_imports_from_the_sources")]
    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION IF EXISTS search_words(text[])"),
    ]
