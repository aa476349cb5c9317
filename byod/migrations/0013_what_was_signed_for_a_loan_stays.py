"""Published terms and signatures are facts: the database refuses to change them."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION byod_loan_terms_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE check_violation USING MESSAGE = 'Published terms are never changed.',
        CONSTRAINT = 'loan_terms_published_stay';
END $$;
CREATE TRIGGER byod_loan_terms_guard BEFORE UPDATE OR DELETE ON byod_loanterms
    FOR EACH ROW EXECUTE FUNCTION byod_loan_terms_guard();

-- A signature only forgets its loan, and learns until when it is kept. Its destruction is a DELETE.
CREATE FUNCTION byod_terms_signature_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text[] := ARRAY['keep_until'];
BEGIN
    IF NEW.loan_id IS NULL THEN
        told := array_append(told, 'loan_id');
    END IF;
    IF to_jsonb(NEW) - told = to_jsonb(OLD) - told THEN
        RETURN NEW;
    END IF;
    RAISE check_violation USING MESSAGE = 'A signature is never changed.',
        CONSTRAINT = 'terms_signature_stays';
END $$;
CREATE TRIGGER byod_terms_signature_guard BEFORE UPDATE ON byod_termssignature
    FOR EACH ROW EXECUTE FUNCTION byod_terms_signature_guard();
"""
BACK = """
DROP TRIGGER byod_terms_signature_guard ON byod_termssignature;
DROP FUNCTION byod_terms_signature_guard();
DROP TRIGGER byod_loan_terms_guard ON byod_loanterms;
DROP FUNCTION byod_loan_terms_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("byod", "0012_the_desk_terms_and_damages")]

    operations = [migrations.RunSQL(GUARDS, BACK)]
