"""A frozen review, a run, a decision and a letter are facts."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION grants_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'A frozen review stays as it is.',
        CONSTRAINT = 'frozen_review_stays';
END $$;
CREATE TRIGGER grants_review_stays BEFORE UPDATE OR DELETE ON grants_review
    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION grants_review_stays();

-- A person may go: their key becomes null, the text stays. A run is adopted once.
CREATE FUNCTION grants_run_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{made_by_id,adopted_at,adopted_by_id}'::text[]
         = to_jsonb(OLD) - '{made_by_id,adopted_at,adopted_by_id}'::text[]
       AND (NEW.made_by_id IS NULL OR NEW.made_by_id = OLD.made_by_id)
       AND (OLD.adopted_at IS NULL OR (NEW.adopted_at = OLD.adopted_at
            AND (NEW.adopted_by_id IS NULL OR NEW.adopted_by_id = OLD.adopted_by_id)))
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A run is a fact: make another.',
        CONSTRAINT = 'run_stays';
END $$;
CREATE TRIGGER grants_run_guard BEFORE UPDATE OR DELETE ON grants_rankingrun
    FOR EACH ROW EXECUTE FUNCTION grants_run_guard();

CREATE FUNCTION grants_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{decided_by_id,condition_state,condition_at}'::text[]
         = to_jsonb(OLD) - '{decided_by_id,condition_state,condition_at}'::text[]
       AND (NEW.decided_by_id IS NULL OR NEW.decided_by_id = OLD.decided_by_id)
       AND (OLD.condition_state = NEW.condition_state OR OLD.condition_state = 'open')
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A decision is a fact: decide anew.',
        CONSTRAINT = 'decision_stays';
END $$;
CREATE TRIGGER grants_decision_guard BEFORE UPDATE OR DELETE ON grants_decision
    FOR EACH ROW EXECUTE FUNCTION grants_decision_guard();

CREATE FUNCTION grants_letter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{paper,paper_sha256,mailed_at,read_at,read_by_id,read_by_text}'::text[]
         = to_jsonb(OLD) - '{paper,paper_sha256,mailed_at,read_at,read_by_id,read_by_text}'::text[]
       AND (OLD.paper = '' OR (NEW.paper, NEW.paper_sha256) = (OLD.paper, OLD.paper_sha256))
       AND (OLD.read_at IS NULL OR NEW.read_at = OLD.read_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A letter is a fact.', CONSTRAINT = 'letter_stays';
END $$;
CREATE TRIGGER grants_letter_guard BEFORE UPDATE OR DELETE ON grants_letter
    FOR EACH ROW EXECUTE FUNCTION grants_letter_guard();
"""
UNGUARD = """
DROP TRIGGER grants_letter_guard ON grants_letter;
DROP TRIGGER grants_decision_guard ON grants_decision;
DROP TRIGGER grants_run_guard ON grants_rankingrun;
DROP TRIGGER grants_review_stays ON grants_review;
DROP FUNCTION grants_letter_guard();
DROP FUNCTION grants_decision_guard();
DROP FUNCTION grants_run_guard();
DROP FUNCTION grants_review_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0005_reviews_rankings_and_decisions")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
