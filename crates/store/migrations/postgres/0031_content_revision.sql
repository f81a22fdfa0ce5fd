-- What the trust center's page is made of. The revision is another one after every change,
-- whoever makes it, so that what was rendered before is known to be old.
CREATE TABLE content_revision (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    revision TEXT NOT NULL
);

CREATE FUNCTION new_content_revision(changed_org TEXT) RETURNS void LANGUAGE sql AS $$
    INSERT INTO content_revision (org_id, revision) VALUES (changed_org, gen_random_uuid()::text)
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
$$;

CREATE FUNCTION organization_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM new_content_revision(NEW.id);
    RETURN NULL;
END;
$$;

CREATE FUNCTION content_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM new_content_revision(OLD.org_id);
    ELSE
        PERFORM new_content_revision(NEW.org_id);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER organization_revision AFTER UPDATE ON organization
    FOR EACH ROW EXECUTE FUNCTION organization_changed();
CREATE TRIGGER section_revision AFTER INSERT OR UPDATE OR DELETE ON section
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER item_revision AFTER INSERT OR UPDATE OR DELETE ON item
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER entry_revision AFTER INSERT OR UPDATE OR DELETE ON entry
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER content_update_revision AFTER INSERT OR UPDATE OR DELETE ON content_update
    FOR EACH ROW EXECUTE FUNCTION content_changed();
CREATE TRIGGER logo_revision AFTER INSERT OR UPDATE OR DELETE ON logo
    FOR EACH ROW EXECUTE FUNCTION content_changed();
