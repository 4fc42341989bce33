-- The history of an alias tells all that was known when it moved; version is null where the alias was taken away.
ALTER TABLE alias_history
    ALTER COLUMN version DROP NOT NULL,
    ADD COLUMN model      text,
    ADD COLUMN previous   integer,
    ADD COLUMN report     text,
    ADD COLUMN overridden text[],
    ADD COLUMN rollback   boolean NOT NULL DEFAULT false;
UPDATE alias_history h
   SET model = v.model, previous = b.previous
  FROM versions v,
       (SELECT id, lag(version) OVER (PARTITION BY capability, alias ORDER BY id) AS previous
          FROM alias_history) b
 WHERE v.capability = h.capability AND v.version = h.version AND b.id = h.id;
CREATE INDEX alias_history_newest ON alias_history (capability, alias, id DESC);
CREATE INDEX alias_history_version ON alias_history (capability, version, id DESC);

-- What happened is added to and never changed, and a version is what it was registered as.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are not changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER keep_history BEFORE UPDATE OR DELETE ON alias_history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_revisions BEFORE UPDATE OR DELETE ON revisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_models BEFORE UPDATE OF capability, version, model, bytes ON versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_reports BEFORE UPDATE OR DELETE ON reports FOR EACH ROW EXECUTE FUNCTION refuse_change();
