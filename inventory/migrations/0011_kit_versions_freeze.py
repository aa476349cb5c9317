from django.db import migrations

# A version that counts is kept as it was granted; only its last day may still be said. When two
# products are told to be one (merge_products), their rows may follow: the thing is the same. The
# action names both in a setting that ends with its transaction.
FREEZE = """
CREATE FUNCTION inventory_kit_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text[] := ARRAY['valid_to'];
BEGIN
    IF OLD.frozen_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    -- A person may go: the key becomes null.
    IF TG_OP = 'UPDATE' AND NEW.made_by_id IS NULL THEN
        told := array_append(told, 'made_by_id');
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - told = to_jsonb(OLD) - told THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A version of a kit that counts is never changed: make a new one.';
END $$;
CREATE TRIGGER inventory_kit_version_guard BEFORE UPDATE OR DELETE ON inventory_kitversion
    FOR EACH ROW EXECUTE FUNCTION inventory_kit_version_guard();

-- FOR SHARE: an item that is being written and the freezing wait for one another.
CREATE FUNCTION inventory_kit_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    versions bigint[] := CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.version_id]
        WHEN 'DELETE' THEN ARRAY[OLD.version_id]
        ELSE ARRAY[OLD.version_id, NEW.version_id]
    END;
    merging text := coalesce(current_setting('preau.merging_products', true), '');
    product text := CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.product_id::text END;
BEGIN
    PERFORM 1 FROM inventory_kitversion WHERE id = ANY(versions) FOR SHARE;
    IF EXISTS (SELECT FROM inventory_kitversion
               WHERE id = ANY(versions) AND frozen_at IS NOT NULL)
       AND NOT product = ANY(string_to_array(merging, '>'))
    THEN
        RAISE EXCEPTION 'A version of a kit that counts is never changed: make a new one.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER inventory_kit_item_guard BEFORE INSERT OR UPDATE OR DELETE ON inventory_kititem
    FOR EACH ROW EXECUTE FUNCTION inventory_kit_item_guard();

CREATE TRIGGER product_counts_version BEFORE UPDATE ON inventory_product
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();

-- What a key means is for good: values are written under it.
CREATE FUNCTION inventory_custom_field_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.key = OLD.key AND NEW.kind = OLD.kind THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM inventory_device WHERE custom ? OLD.key)
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A field keeps its key and its type; archive it instead.';
END $$;
CREATE TRIGGER inventory_custom_field_guard BEFORE UPDATE OR DELETE ON inventory_customfield
    FOR EACH ROW EXECUTE FUNCTION inventory_custom_field_guard();
"""
UNDO = """
DROP TRIGGER inventory_custom_field_guard ON inventory_customfield;
DROP FUNCTION inventory_custom_field_guard();
DROP TRIGGER product_counts_version ON inventory_product;
DROP TRIGGER inventory_kit_item_guard ON inventory_kititem;
DROP FUNCTION inventory_kit_item_guard();
DROP TRIGGER inventory_kit_version_guard ON inventory_kitversion;
DROP FUNCTION inventory_kit_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_catalogue_kits_and_own_fields")]
    operations = [migrations.RunSQL(FREEZE, UNDO)]
