"""A version of a strategy that was handed in is not rewritten."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION byod_strategy_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What was decided once stays; only the way on is written, and a person may go.
    IF TG_OP = 'UPDATE' AND NEW.state <> 'draft'
       AND NEW.school_id = OLD.school_id AND NEW.version = OLD.version AND NEW.form = OLD.form
       AND NEW.submitted_at = OLD.submitted_at
       AND (OLD.decided_at IS NULL OR (NEW.decided_at = OLD.decided_at
            AND NEW.reasons = OLD.reasons AND NEW.delegated = OLD.delegated))
       AND (OLD.deployed_at IS NULL OR NEW.deployed_at = OLD.deployed_at) THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A strategy that was handed in stays: begin a new one.',
        CONSTRAINT = 'strategy_stays';
END $$;
CREATE TRIGGER byod_strategy_guard BEFORE UPDATE OR DELETE ON byod_strategy
    FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION byod_strategy_guard();

-- FOR SHARE: an answer on its way and the submission wait for one another.
CREATE FUNCTION byod_strategy_part_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    how text;
BEGIN
    SELECT state INTO how FROM byod_strategy
     WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.strategy_id ELSE NEW.strategy_id END FOR SHARE;
    IF how <> 'draft' AND NOT (TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{edited_by_id,uploaded_by_id}'::text[]
         = to_jsonb(OLD) - '{edited_by_id,uploaded_by_id}'::text[]) THEN
        RAISE check_violation USING MESSAGE = 'The answers of a strategy handed in stay.',
            CONSTRAINT = 'strategy_answers_stay';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER byod_strategy_answer_guard BEFORE INSERT OR UPDATE OR DELETE
    ON byod_strategyanswer FOR EACH ROW EXECUTE FUNCTION byod_strategy_part_guard();
CREATE TRIGGER byod_strategy_paper_guard BEFORE INSERT OR UPDATE OR DELETE
    ON byod_strategypaper FOR EACH ROW EXECUTE FUNCTION byod_strategy_part_guard();
"""
UNGUARD = """
DROP TRIGGER byod_strategy_paper_guard ON byod_strategypaper;
DROP TRIGGER byod_strategy_answer_guard ON byod_strategyanswer;
DROP TRIGGER byod_strategy_guard ON byod_strategy;
DROP FUNCTION byod_strategy_part_guard();
DROP FUNCTION byod_strategy_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("byod", "0007_strategies_figures_and_runs")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
