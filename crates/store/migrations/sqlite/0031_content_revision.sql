-- What the trust center's page is made of. The revision is another one after every change,
-- whoever makes it, so that what was rendered before is known to be old.
CREATE TABLE content_revision (
    org_id TEXT PRIMARY KEY REFERENCES organization (id),
    revision TEXT NOT NULL
) STRICT;

CREATE TRIGGER organization_revision_on_update AFTER UPDATE ON organization BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER section_revision_on_insert AFTER INSERT ON section BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER section_revision_on_update AFTER UPDATE ON section BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER section_revision_on_delete AFTER DELETE ON section BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (OLD.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER item_revision_on_insert AFTER INSERT ON item BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER item_revision_on_update AFTER UPDATE ON item BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER item_revision_on_delete AFTER DELETE ON item BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (OLD.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER entry_revision_on_insert AFTER INSERT ON entry BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER entry_revision_on_update AFTER UPDATE ON entry BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER entry_revision_on_delete AFTER DELETE ON entry BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (OLD.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER content_update_revision_on_insert AFTER INSERT ON content_update BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER content_update_revision_on_update AFTER UPDATE ON content_update BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER content_update_revision_on_delete AFTER DELETE ON content_update BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (OLD.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER logo_revision_on_insert AFTER INSERT ON logo BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER logo_revision_on_update AFTER UPDATE ON logo BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (NEW.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;

CREATE TRIGGER logo_revision_on_delete AFTER DELETE ON logo BEGIN
    INSERT INTO content_revision (org_id, revision) VALUES (OLD.org_id, lower(hex(randomblob(16))))
    ON CONFLICT (org_id) DO UPDATE SET revision = excluded.revision;
END;
