from django.db import migrations

GUARDS = """
CREATE OR REPLACE FUNCTION inventory_template_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.text, NEW.owns, NEW.number, NEW.template_id)
       IS DISTINCT FROM (OLD.text, OLD.owns, OLD.number, OLD.template_id)
       AND EXISTS (SELECT FROM inventory_pushplan WHERE template_version_id = OLD.id)
    THEN
        RAISE EXCEPTION 'A version that a plan uses is never changed: write a new one.';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS inventory_template_guard ON inventory_templateversion;
CREATE TRIGGER inventory_template_guard BEFORE UPDATE ON inventory_templateversion
    FOR EACH ROW EXECUTE FUNCTION inventory_template_guard();

-- What a second person reads and approves is what is written: nothing of it changes any more.
CREATE OR REPLACE FUNCTION inventory_plan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND
       (NEW.template_version_id, NEW.author_id, NEW.canary_site_id, NEW.title, NEW.why,
        NEW.hold_min, NEW.expires_at)
       IS DISTINCT FROM
       (OLD.template_version_id, OLD.author_id, OLD.canary_site_id, OLD.title, OLD.why,
        OLD.hold_min, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'A submitted plan is never changed: take it back, or make a new one.';
    END IF;
    IF OLD.decided_by_id IS NOT NULL AND
       (NEW.decided_by_id, NEW.decided_at, NEW.submitted_at)
       IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_at, OLD.submitted_at)
    THEN
        RAISE EXCEPTION 'A decision on a plan is never changed.';
    END IF;
    IF NEW.state = 'draft' AND OLD.state NOT IN ('draft', 'submitted') THEN
        RAISE EXCEPTION 'A plan that was decided on is never a draft again.';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS inventory_plan_guard ON inventory_pushplan;
CREATE TRIGGER inventory_plan_guard BEFORE UPDATE ON inventory_pushplan
    FOR EACH ROW EXECUTE FUNCTION inventory_plan_guard();

CREATE OR REPLACE FUNCTION inventory_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    plan_state text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.plan_id, NEW.device_id, NEW.site_id, NEW.wave, NEW.base_hash, NEW.diff, NEW.sealed)
           IS NOT DISTINCT FROM
           (OLD.plan_id, OLD.device_id, OLD.site_id, OLD.wave, OLD.base_hash, OLD.diff, OLD.sealed)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    SELECT state INTO plan_state FROM inventory_pushplan
     WHERE id = CASE TG_OP WHEN 'INSERT' THEN NEW.plan_id ELSE OLD.plan_id END;
    IF plan_state <> 'draft' THEN
        RAISE EXCEPTION 'The steps of a submitted plan are never changed: make a new plan.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER IF EXISTS inventory_step_guard ON inventory_pushstep;
CREATE TRIGGER inventory_step_guard BEFORE INSERT OR UPDATE OR DELETE ON inventory_pushstep
    FOR EACH ROW EXECUTE FUNCTION inventory_step_guard();

DROP TRIGGER IF EXISTS plan_counts_version ON inventory_pushplan;
CREATE TRIGGER plan_counts_version BEFORE UPDATE ON inventory_pushplan
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
DROP TRIGGER IF EXISTS settings_count_version ON inventory_sitesettings;
CREATE TRIGGER settings_count_version BEFORE UPDATE ON inventory_sitesettings
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""
UNGUARD = """
DROP TRIGGER IF EXISTS settings_count_version ON inventory_sitesettings;
DROP TRIGGER IF EXISTS plan_counts_version ON inventory_pushplan;
DROP TRIGGER IF EXISTS inventory_step_guard ON inventory_pushstep;
DROP TRIGGER IF EXISTS inventory_plan_guard ON inventory_pushplan;
DROP TRIGGER IF EXISTS inventory_template_guard ON inventory_templateversion;
DROP FUNCTION IF EXISTS inventory_step_guard();
DROP FUNCTION IF EXISTS inventory_plan_guard();
DROP FUNCTION IF EXISTS inventory_template_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0050_templates_and_planned_changes")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
