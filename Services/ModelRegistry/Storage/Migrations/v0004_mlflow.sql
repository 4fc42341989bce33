-- Registered models as MLflow's clients know them. One of a capability is the capability: its numbers come from capabilities.versions,
-- its aliases from aliases. A free one belongs to its team alone. A deleted free one is kept, so that its numbers are never used again.
CREATE TABLE registered_models (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team        text        NOT NULL,
    name        text        NOT NULL COLLATE "C",
    capability  text        UNIQUE REFERENCES capabilities,
    description text,
    versions    integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz
);
CREATE UNIQUE INDEX registered_models_free ON registered_models (team, name) WHERE capability IS NULL;
CREATE INDEX registered_models_name ON registered_models (name);

CREATE TABLE registered_versions (
    model       bigint      NOT NULL REFERENCES registered_models,
    version     integer     NOT NULL,
    description text,
    user_id     text        NOT NULL,
    stage       text        NOT NULL DEFAULT 'None' CHECK (stage IN ('None', 'Staging', 'Production', 'Archived')),
    source      text        NOT NULL COLLATE "C",
    location    text        NOT NULL,
    files       jsonb       NOT NULL DEFAULT '[]',
    run_id      text        COLLATE "C",
    run_link    text,
    model_id    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz,
    PRIMARY KEY (model, version)
);

CREATE TABLE registered_model_tags (
    model bigint NOT NULL REFERENCES registered_models,
    key   text   NOT NULL COLLATE "C",
    value text   NOT NULL COLLATE "C",
    PRIMARY KEY (model, key)
);

CREATE TABLE registered_version_tags (
    model   bigint  NOT NULL,
    version integer NOT NULL,
    key     text    NOT NULL COLLATE "C",
    value   text    NOT NULL COLLATE "C",
    PRIMARY KEY (model, version, key),
    FOREIGN KEY (model, version) REFERENCES registered_versions
);

-- Aliases of free models.
CREATE TABLE registered_aliases (
    model   bigint  NOT NULL,
    alias   text    NOT NULL COLLATE "C",
    version integer NOT NULL,
    PRIMARY KEY (model, alias),
    FOREIGN KEY (model, version) REFERENCES registered_versions
);

-- Aliases of all registered models.
CREATE VIEW alias_targets AS
    SELECT m.id AS model, a.alias COLLATE "C" AS alias, a.version
      FROM aliases a
      JOIN registered_models m ON m.capability = a.capability
     UNION ALL
    SELECT model, alias, version
      FROM registered_aliases;

-- Versions that are there, with their stage: of a capability, Production is what champion points to and Staging what candidate does, so
-- that no stage is a way around the gate of an alias.
CREATE VIEW present_versions AS
    SELECT v.model, v.version, v.description, v.user_id, v.source, v.location, v.files, v.run_id, v.run_link, v.model_id, v.created_at,
           v.updated_at,
           CASE WHEN m.capability IS NULL THEN v.stage
                WHEN champion.version = v.version THEN 'Production'
                WHEN candidate.version = v.version THEN 'Staging'
                WHEN v.stage = 'Archived' THEN v.stage
                ELSE 'None' END AS stage
      FROM registered_versions v
      JOIN registered_models m ON m.id = v.model
           LEFT JOIN aliases champion
                  ON champion.capability = m.capability AND champion.alias = 'champion'
           LEFT JOIN aliases candidate
                  ON candidate.capability = m.capability AND candidate.alias = 'candidate'
     WHERE v.deleted_at IS NULL;

-- A run registers one version of its own accord; through MLflow it may register as many as it likes.
ALTER TABLE versions DROP CONSTRAINT versions_capability_run_key;
CREATE UNIQUE INDEX versions_run ON versions (capability, run) WHERE recipe <> 'mlflow';
ALTER TABLE versions ADD COLUMN deleted_at timestamptz;

-- Whoever writes a capability or a version, the registered model follows in the same transaction.

-- A capability goes on with the numbers of a free model of its team and name.
CREATE FUNCTION continue_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT greatest(NEW.versions, m.versions)
      INTO NEW.versions
      FROM (SELECT max(versions) AS versions
              FROM registered_models
             WHERE team = NEW.team AND name = NEW.name AND capability IS NULL) m;
    RETURN NEW;
END $$;
CREATE TRIGGER continue_numbers BEFORE INSERT ON capabilities FOR EACH ROW EXECUTE FUNCTION continue_numbers();

-- Aliases and stages which a free model got with no gate must not become the capability's.
CREATE FUNCTION adopt_model() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    adopted bigint;
BEGIN
    UPDATE registered_models
       SET capability = NEW.name, deleted_at = NULL, updated_at = now()
     WHERE team = NEW.team AND name = NEW.name AND capability IS NULL
    RETURNING id INTO adopted;
    IF adopted IS NULL THEN
        INSERT INTO registered_models (team, name, capability) VALUES (NEW.team, NEW.name, NEW.name);
    ELSE
        DELETE FROM registered_aliases WHERE model = adopted;
        UPDATE registered_versions SET stage = 'None' WHERE model = adopted;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER adopt_model AFTER INSERT ON capabilities FOR EACH ROW EXECUTE FUNCTION adopt_model();

CREATE FUNCTION hand_over_model() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registered_models SET team = NEW.team, updated_at = now() WHERE capability = NEW.name;
    RETURN NULL;
END $$;
CREATE TRIGGER hand_over_model AFTER UPDATE OF team ON capabilities FOR EACH ROW WHEN (OLD.team <> NEW.team)
    EXECUTE FUNCTION hand_over_model();

-- A version that an MLflow client registers has its row already.
CREATE FUNCTION show_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registered_versions (model, version, user_id, source, location, files, run_id, created_at, updated_at)
         SELECT id, NEW.version, 'service:trainer', 'runs:/' || NEW.run || '/model', 'runs:/' || NEW.run || '/model',
                jsonb_build_array(jsonb_build_object('path', 'model.onnx', 'digest', NEW.model, 'bytes', NEW.bytes)), NEW.run,
                NEW.created_at, NEW.created_at
           FROM registered_models
          WHERE capability = NEW.capability
    ON CONFLICT DO NOTHING;
    UPDATE registered_models SET updated_at = greatest(updated_at, NEW.created_at) WHERE capability = NEW.capability;
    RETURN NULL;
END $$;
CREATE TRIGGER show_version AFTER INSERT ON versions FOR EACH ROW EXECUTE FUNCTION show_version();

INSERT INTO registered_models (team, name, capability, created_at, updated_at)
     SELECT team, name, name, created_at, created_at
       FROM capabilities;
INSERT INTO registered_versions (model, version, user_id, source, location, files, run_id, created_at, updated_at)
     SELECT m.id, v.version, 'service:trainer', 'runs:/' || v.run || '/model', 'runs:/' || v.run || '/model',
            jsonb_build_array(jsonb_build_object('path', 'model.onnx', 'digest', v.model, 'bytes', v.bytes)), v.run,
            v.created_at, v.created_at
       FROM versions v
       JOIN registered_models m ON m.capability = v.capability;

CREATE TABLE webhooks (
    id          uuid        PRIMARY KEY,
    team        text        NOT NULL,
    name        text        NOT NULL,
    url         text        NOT NULL,
    events      text[]      NOT NULL,
    description text,
    status      text        NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
    secret      bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhooks_team ON webhooks (team, created_at, id);

-- What is to be told to receivers; a row goes when its receiver has taken it. Its id is the delivery's, the same at every attempt.
CREATE TABLE webhook_deliveries (
    id         uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    webhook    uuid        NOT NULL REFERENCES webhooks ON DELETE CASCADE,
    body       text        NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT now(),
    failed_at  timestamptz,
    fault      text
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (not_before) WHERE failed_at IS NULL;
