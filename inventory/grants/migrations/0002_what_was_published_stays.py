"""What was published or sent is not rewritten; nothing is sent after the deadline."""

from django.db import migrations

GUARDS = """
-- A published version stays as it is; the person who published it may go.
CREATE FUNCTION grants_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - 'published_by_id' = to_jsonb(OLD) - 'published_by_id'
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'What was published stays as it is: make a new version.',
        CONSTRAINT = 'published_stays';
END $$;
CREATE TRIGGER grants_published_stays BEFORE UPDATE OR DELETE ON grants_callversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION grants_published_stays();
CREATE TRIGGER grants_published_stays BEFORE UPDATE OR DELETE ON grants_formversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION grants_published_stays();

CREATE FUNCTION grants_document_of_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM grants_callversion
                WHERE id = version AND published_at IS NOT NULL FOR SHARE) THEN
        RAISE check_violation USING MESSAGE = 'The documents of a published version stay.',
            CONSTRAINT = 'published_stays';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER grants_document_of_a_draft BEFORE INSERT OR UPDATE OR DELETE ON grants_calldocument
    FOR EACH ROW EXECUTE FUNCTION grants_document_of_a_draft();

-- FOR SHARE: an answer on its way and the validation of the file wait for one another.
CREATE FUNCTION grants_draft_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    known text;
    file bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
BEGIN
    SELECT state INTO known FROM grants_application WHERE id = file FOR SHARE;
    IF known IS NOT NULL AND known <> 'draft' THEN
        RAISE check_violation USING MESSAGE = 'The application is no draft any more.',
            CONSTRAINT = 'application_is_a_draft';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER grants_draft_is_written BEFORE INSERT OR DELETE OR UPDATE OF value, question
    ON grants_answer FOR EACH ROW EXECUTE FUNCTION grants_draft_is_written();
CREATE TRIGGER grants_draft_is_written BEFORE INSERT OR UPDATE OR DELETE
    ON grants_askedkit FOR EACH ROW EXECUTE FUNCTION grants_draft_is_written();
CREATE TRIGGER grants_draft_is_written
    BEFORE INSERT OR DELETE OR UPDATE OF file, question, removed_at
    ON grants_applicationfile FOR EACH ROW EXECUTE FUNCTION grants_draft_is_written();

CREATE FUNCTION grants_sent_keeps_its_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE check_violation USING MESSAGE = 'What was sent keeps the rules it was sent under.',
        CONSTRAINT = 'sent_keeps_its_rules';
END $$;
CREATE TRIGGER grants_sent_keeps_its_rules
    BEFORE UPDATE OF version_id, form_id, call_id, site_id, reference ON grants_application
    FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS NOT NULL
        AND (OLD.version_id, OLD.form_id, OLD.call_id, OLD.site_id, OLD.reference)
            IS DISTINCT FROM
            (NEW.version_id, NEW.form_id, NEW.call_id, NEW.site_id, NEW.reference))
    EXECUTE FUNCTION grants_sent_keeps_its_rules();

CREATE FUNCTION grants_submission_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    opens timestamptz;
    closes timestamptz;
BEGIN
    SELECT opens_at, closes_at INTO opens, closes FROM grants_callversion WHERE id = NEW.version_id;
    IF NEW.at >= closes OR NEW.at < opens THEN
        RAISE check_violation USING MESSAGE = 'Nothing is sent before the opening or after the deadline.',
            CONSTRAINT = 'submission_in_time';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grants_submission_in_time BEFORE INSERT ON grants_submission
    FOR EACH ROW EXECUTE FUNCTION grants_submission_in_time();

-- A fact: the paper made from it is added once, and the moment it was mailed; a person may go.
CREATE FUNCTION grants_submission_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND to_jsonb(NEW) - '{by_id,paper,paper_sha256,mailed_at}'::text[]
         = to_jsonb(OLD) - '{by_id,paper,paper_sha256,mailed_at}'::text[]
       AND (NEW.by_id IS NULL OR NEW.by_id = OLD.by_id)
       AND (OLD.paper = '' OR (NEW.paper, NEW.paper_sha256) = (OLD.paper, OLD.paper_sha256))
    THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'What was sent is a fact.', CONSTRAINT = 'sent_stays';
END $$;
CREATE TRIGGER grants_submission_guard BEFORE UPDATE OR DELETE ON grants_submission
    FOR EACH ROW EXECUTE FUNCTION grants_submission_guard();

CREATE FUNCTION grants_move_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL
       AND to_jsonb(NEW) - 'by_id' = to_jsonb(OLD) - 'by_id'
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM grants_application
                                         WHERE id = OLD.application_id) THEN
        RETURN OLD;
    END IF;
    RAISE check_violation USING MESSAGE = 'The moves of an application are only added to.',
        CONSTRAINT = 'moves_stay';
END $$;
CREATE TRIGGER grants_move_guard BEFORE UPDATE OR DELETE ON grants_applicationmove
    FOR EACH ROW EXECUTE FUNCTION grants_move_guard();
"""
UNGUARD = """
DROP TRIGGER grants_move_guard ON grants_applicationmove;
DROP TRIGGER grants_submission_guard ON grants_submission;
DROP TRIGGER grants_submission_in_time ON grants_submission;
DROP TRIGGER grants_sent_keeps_its_rules ON grants_application;
DROP TRIGGER grants_draft_is_written ON grants_applicationfile;
DROP TRIGGER grants_draft_is_written ON grants_askedkit;
DROP TRIGGER grants_draft_is_written ON grants_answer;
DROP TRIGGER grants_document_of_a_draft ON grants_calldocument;
DROP TRIGGER grants_published_stays ON grants_formversion;
DROP TRIGGER grants_published_stays ON grants_callversion;
DROP FUNCTION grants_move_guard();
DROP FUNCTION grants_submission_guard();
DROP FUNCTION grants_submission_in_time();
DROP FUNCTION grants_sent_keeps_its_rules();
DROP FUNCTION grants_draft_is_written();
DROP FUNCTION grants_document_of_a_draft();
DROP FUNCTION grants_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_calls_and_applications")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
