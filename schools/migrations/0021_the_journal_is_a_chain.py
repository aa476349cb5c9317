"""Each entry is sealed when its transaction commits; see docs/decisions/018.

An entry's deferred trigger puts it in the waiting list, and the list's own deferred trigger seals
what waits: PostgreSQL runs it after every other deferred check of the transaction. Whoever holds
the lock of the chain therefore waits for nobody else, and holds it only while it commits.
"""

from django.db import migrations

CHAIN = """
-- Only filled between the beginning of a commit and its end: nobody ever sees another's rows.
CREATE UNLOGGED TABLE schools_auditwaiting (entry_id bigint PRIMARY KEY);

-- One part of the sealed text: its length in bytes, then itself, so that no two lists of parts
-- give the same text.
CREATE FUNCTION schools_audit_part(said text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN octet_length(said) || ':' || said;

-- What is sealed of an entry. Not its keys of person and site: they become null when those are
-- deleted. schools/chain.py says the same in Python, and a test holds the two together.
CREATE FUNCTION schools_audit_text(e schools_auditentry) RETURNS text LANGUAGE sql STABLE
    RETURN schools_audit_part(e.id::text)
        || schools_audit_part(
            to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || schools_audit_part(e.actor_text)
        || schools_audit_part(e.action)
        || schools_audit_part(e.object_type)
        || schools_audit_part(e.object_id)
        || schools_audit_part(e.object_text)
        || schools_audit_part(e.site_text)
        || schools_audit_part(e.before::text)
        || schools_audit_part(e.after::text)
        || schools_audit_part(e.why)
        || schools_audit_part(e.door)
        || schools_audit_part(e.door_name)
        || schools_audit_part(coalesce(host(e.address), ''));

CREATE FUNCTION schools_audit_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO schools_auditwaiting VALUES (NEW.id);
    RETURN NULL;
END $$;

-- By the index alone: rows of former transactions, dead but not yet vacuumed, cost nothing.
CREATE FUNCTION schools_audit_seal() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    waiting bigint;
    entry schools_auditentry;
    number bigint;
    link text;
BEGIN
    -- The first of a transaction seals them all; numbers of entries grow within it.
    PERFORM FROM schools_auditwaiting WHERE entry_id = NEW.entry_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('schools_auditseal'));
    SELECT s.sequence, s.digest INTO number, link
        FROM schools_auditseal s ORDER BY s.sequence DESC LIMIT 1;
    number := coalesce(number, 0);
    link := coalesce(link, repeat('0', 64));
    FOR waiting IN SELECT w.entry_id FROM schools_auditwaiting w
                   WHERE w.entry_id >= NEW.entry_id ORDER BY w.entry_id LOOP
        SELECT * INTO STRICT entry FROM schools_auditentry WHERE id = waiting;
        number := number + 1;
        link := encode(
            sha256(convert_to(link || schools_audit_text(entry), 'UTF8')), 'hex');
        INSERT INTO schools_auditseal (entry_id, sequence, digest)
            VALUES (waiting, number, link);
    END LOOP;
    DELETE FROM schools_auditwaiting WHERE entry_id >= NEW.entry_id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER schools_audit_wait AFTER INSERT ON schools_auditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION schools_audit_wait();
CREATE CONSTRAINT TRIGGER schools_audit_seal AFTER INSERT ON schools_auditwaiting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION schools_audit_seal();

CREATE FUNCTION schools_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A trigger of the platform may add a seal; nobody else, and nobody may do more.
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit journal is append-only: correct it with a new entry.';
END $$;
CREATE TRIGGER schools_audit_keep BEFORE INSERT OR UPDATE OR DELETE ON schools_auditseal
    FOR EACH ROW EXECUTE FUNCTION schools_audit_keep();
CREATE TRIGGER schools_audit_no_truncate BEFORE TRUNCATE ON schools_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION schools_audit_keep();
CREATE TRIGGER schools_audit_no_truncate BEFORE TRUNCATE ON schools_auditseal
    FOR EACH STATEMENT EXECUTE FUNCTION schools_audit_keep();
"""
UNCHAIN = """
DROP TRIGGER schools_audit_no_truncate ON schools_auditseal;
DROP TRIGGER schools_audit_no_truncate ON schools_auditentry;
DROP TRIGGER schools_audit_keep ON schools_auditseal;
DROP TRIGGER schools_audit_wait ON schools_auditentry;
DROP TABLE schools_auditwaiting;
DROP FUNCTION schools_audit_keep(), schools_audit_seal(), schools_audit_wait(),
    schools_audit_text(schools_auditentry), schools_audit_part(text);
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0020_origin_and_seals_of_the_journal")]
    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
