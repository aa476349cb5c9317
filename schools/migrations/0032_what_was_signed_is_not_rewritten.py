"""What was signed, chosen or submitted is not rewritten: the database refuses it."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

APPEND_ONLY = """
CREATE FUNCTION schools_text_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The text of an agreement is frozen: write a new version.';
END $$;
CREATE TRIGGER schools_text_guard BEFORE UPDATE OR DELETE ON schools_agreementtext
    FOR EACH ROW EXECUTE FUNCTION schools_text_guard();

CREATE FUNCTION schools_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.replaced_at IS NULL
       AND to_jsonb(NEW) - 'replaced_at' = to_jsonb(OLD) - 'replaced_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A document is kept as it came: a newer one replaces it.';
END $$;
CREATE TRIGGER schools_document_guard BEFORE UPDATE OR DELETE ON schools_document
    FOR EACH ROW EXECUTE FUNCTION schools_document_guard();

CREATE FUNCTION schools_choice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A person may go: their key becomes null, the text stays.
    IF TG_OP = 'UPDATE' AND NEW.chosen_by_id IS NULL
       AND to_jsonb(NEW) - 'chosen_by_id' = to_jsonb(OLD) - 'chosen_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A choice of management is a fact: correct it with a new one.';
END $$;
CREATE TRIGGER schools_choice_guard BEFORE UPDATE OR DELETE ON schools_managementchoice
    FOR EACH ROW EXECUTE FUNCTION schools_choice_guard();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER schools_choice_guard ON schools_managementchoice;
DROP FUNCTION schools_choice_guard();
DROP TRIGGER schools_document_guard ON schools_document;
DROP FUNCTION schools_document_guard();
DROP TRIGGER schools_text_guard ON schools_agreementtext;
DROP FUNCTION schools_text_guard();
"""

MANAGEMENT = """
CREATE FUNCTION schools_mode_of(site bigint) RETURNS varchar LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        (SELECT mode FROM schools_managementchoice
         WHERE site_id = site AND from_on <= (now() AT TIME ZONE 'Europe/Brussels')::date
         ORDER BY id DESC LIMIT 1),
        'central')
$$;

-- A choice whose day has come shows in the site; the others wait for settle_management.
CREATE FUNCTION schools_choice_applies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE schools_site SET management = schools_mode_of(NEW.site_id)
    WHERE id = NEW.site_id AND management <> schools_mode_of(NEW.site_id);
    RETURN NULL;
END $$;
CREATE TRIGGER schools_choice_applies AFTER INSERT ON schools_managementchoice
    FOR EACH ROW EXECUTE FUNCTION schools_choice_applies();

-- A door that writes the column (the first import of a site) makes a choice by that.
CREATE FUNCTION schools_management_is_chosen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.management <> schools_mode_of(NEW.id) THEN
        INSERT INTO schools_managementchoice (site_id, mode, from_on, why, chosen_by_text, at)
        VALUES (NEW.id, NEW.management, (now() AT TIME ZONE 'Europe/Brussels')::date, '',
                'Préau', now());
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER schools_management_is_chosen AFTER INSERT OR UPDATE OF management ON schools_site
    FOR EACH ROW EXECUTE FUNCTION schools_management_is_chosen();
"""
UNDO_MANAGEMENT = """
DROP TRIGGER schools_management_is_chosen ON schools_site;
DROP FUNCTION schools_management_is_chosen();
DROP TRIGGER schools_choice_applies ON schools_managementchoice;
DROP FUNCTION schools_choice_applies();
DROP FUNCTION schools_mode_of(bigint);
"""

PLANS = """
CREATE FUNCTION schools_plan_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    move text := OLD.state || '>' || CASE WHEN TG_OP = 'DELETE' THEN '' ELSE NEW.state END;
    told text[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'draft' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'A plan that was submitted is never deleted.';
    END IF;
    told := CASE
        WHEN move = 'draft>submitted' THEN ARRAY['state', 'submitted_at', 'submitted_by_id']
        WHEN move IN ('submitted>returned', 'submitted>withdrawn', 'submitted>approved')
            THEN ARRAY['state', 'decided_at', 'decided_by_id', 'reasons', 'approved_on']
        WHEN move = 'approved>superseded' THEN ARRAY['state', 'superseded_on']
        ELSE ARRAY[]::text[]
    END;
    IF to_jsonb(NEW) - told <> to_jsonb(OLD) - told THEN
        RAISE EXCEPTION 'A plan cannot change so: %', move;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER schools_plan_guard BEFORE UPDATE OR DELETE ON schools_transitionplan
    FOR EACH ROW EXECUTE FUNCTION schools_plan_guard();

-- FOR SHARE: a sentence that is being saved and the submission wait for one another.
CREATE FUNCTION schools_plan_is_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known text;
    plan bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.plan_id ELSE OLD.plan_id END;
BEGIN
    SELECT state INTO known FROM schools_transitionplan WHERE id = plan FOR SHARE;
    IF known <> 'draft' OR (TG_OP = 'UPDATE' AND NEW.plan_id <> OLD.plan_id) THEN
        IF TG_OP = 'UPDATE' AND NEW.edited_by_id IS NULL
           AND to_jsonb(NEW) - 'edited_by_id' = to_jsonb(OLD) - 'edited_by_id'
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'Only a draft can be written: this version is %.', known;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER schools_plan_is_draft BEFORE INSERT OR UPDATE OR DELETE ON schools_plananswer
    FOR EACH ROW EXECUTE FUNCTION schools_plan_is_draft();
CREATE TRIGGER schools_plan_is_draft BEFORE INSERT OR UPDATE OR DELETE ON schools_plansite
    FOR EACH ROW EXECUTE FUNCTION schools_plan_is_draft();
"""
UNDO_PLANS = """
DROP TRIGGER schools_plan_is_draft ON schools_plansite;
DROP TRIGGER schools_plan_is_draft ON schools_plananswer;
DROP FUNCTION schools_plan_is_draft();
DROP TRIGGER schools_plan_guard ON schools_transitionplan;
DROP FUNCTION schools_plan_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0031_first_texts_and_known_choices")]
    operations = [
        migrations.AddConstraint(
            model_name='consent',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('authority__isnull', False)), expressions=[('authority', '='), (models.Func(models.F('given_on'), models.F('revoked_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='consents_of_an_authority_follow_one_another'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('school__isnull', False)), expressions=[('school', '='), (models.Func(models.F('given_on'), models.F('revoked_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='consents_of_a_school_follow_one_another'),
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        migrations.RunSQL(MANAGEMENT, UNDO_MANAGEMENT),
        migrations.RunSQL(PLANS, UNDO_PLANS),
    ]
