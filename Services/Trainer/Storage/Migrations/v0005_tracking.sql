-- Experiments, runs and logged models of MLflow's API. Texts are compared byte by byte; times are milliseconds since 1970.
CREATE SEQUENCE experiment_ids AS bigint;

-- Each team has an experiment 0; all other ids are given once.
CREATE TABLE experiments (
    team       text   NOT NULL COLLATE "C",
    id         bigint NOT NULL,
    name       text   NOT NULL COLLATE "C",
    stage      text   NOT NULL COLLATE "C" DEFAULT 'active' CHECK (stage IN ('active', 'deleted')),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    PRIMARY KEY (team, id),
    CONSTRAINT experiments_name UNIQUE (team, name)
);
CREATE UNIQUE INDEX experiments_id ON experiments (id) WHERE id > 0;

CREATE TABLE experiment_tags (
    team       text   NOT NULL COLLATE "C",
    experiment bigint NOT NULL,
    key        text   NOT NULL COLLATE "C",
    value      text   NOT NULL COLLATE "C",
    PRIMARY KEY (team, experiment, key),
    FOREIGN KEY (team, experiment) REFERENCES experiments
);

-- A run of the queue has a row here too (`queued`); both kinds share the order of `runs`.
CREATE TABLE tracked_runs (
    id         text    PRIMARY KEY COLLATE "C",
    ordinal    bigint  NOT NULL UNIQUE DEFAULT nextval('runs_ordinal_seq'),
    team       text    NOT NULL COLLATE "C",
    experiment bigint  NOT NULL,
    name       text    NOT NULL COLLATE "C",
    status     text    NOT NULL COLLATE "C" CHECK (status IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')),
    stage      text    NOT NULL COLLATE "C" DEFAULT 'active' CHECK (stage IN ('active', 'deleted')),
    user_id    text    NOT NULL COLLATE "C",
    start_time bigint  NOT NULL,
    end_time   bigint,
    queued     boolean NOT NULL DEFAULT false,
    created_by text    NOT NULL,
    FOREIGN KEY (team, experiment) REFERENCES experiments
);
CREATE INDEX tracked_runs_experiment ON tracked_runs (team, experiment, start_time DESC, id);

-- A point that is logged twice is one row. The key is also the order of a history.
CREATE TABLE tracked_metrics (
    run   text             NOT NULL COLLATE "C",
    key   text             NOT NULL COLLATE "C",
    at    bigint           NOT NULL,
    step  bigint           NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (run, key, at, step, value)
);

-- The newest point of each metric: highest step, then time, then value. Room is left in each page, so that a change stays in it.
CREATE TABLE tracked_latest (
    run   text             NOT NULL COLLATE "C",
    key   text             NOT NULL COLLATE "C",
    at    bigint           NOT NULL,
    step  bigint           NOT NULL,
    value double precision NOT NULL,
    PRIMARY KEY (run, key)
) WITH (fillfactor = 50);

CREATE TABLE tracked_params (
    run   text NOT NULL COLLATE "C",
    key   text NOT NULL COLLATE "C",
    value text NOT NULL COLLATE "C",
    PRIMARY KEY (run, key)
);

CREATE TABLE tracked_tags (
    run   text NOT NULL COLLATE "C",
    key   text NOT NULL COLLATE "C",
    value text NOT NULL COLLATE "C",
    PRIMARY KEY (run, key)
);

CREATE TABLE tracked_datasets (
    run         text   NOT NULL COLLATE "C",
    name        text   NOT NULL COLLATE "C",
    digest      text   NOT NULL COLLATE "C",
    ordinal     bigint GENERATED ALWAYS AS IDENTITY,
    source_type text   NOT NULL,
    source      text   NOT NULL,
    schema      text,
    profile     text,
    tags        jsonb  NOT NULL,
    PRIMARY KEY (run, name, digest)
);

-- Logged models that a run reads (`made` false) or makes.
CREATE TABLE tracked_models (
    run   text    NOT NULL COLLATE "C",
    model text    NOT NULL COLLATE "C",
    made  boolean NOT NULL,
    step  bigint,
    PRIMARY KEY (run, made, model)
);

CREATE TABLE logged_models (
    id         text   PRIMARY KEY COLLATE "C",
    team       text   NOT NULL COLLATE "C",
    experiment bigint NOT NULL,
    name       text   NOT NULL COLLATE "C",
    status     text   NOT NULL COLLATE "C" CHECK (status IN ('PENDING', 'READY', 'FAILED')),
    stage      text   NOT NULL COLLATE "C" DEFAULT 'active' CHECK (stage IN ('active', 'deleted')),
    model_type text   COLLATE "C",
    source_run text   COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    FOREIGN KEY (team, experiment) REFERENCES experiments
);
CREATE INDEX logged_models_experiment ON logged_models (team, experiment, created_at DESC, id);

CREATE TABLE logged_model_params (
    model text NOT NULL COLLATE "C" REFERENCES logged_models,
    key   text NOT NULL COLLATE "C",
    value text NOT NULL COLLATE "C",
    PRIMARY KEY (model, key)
);

CREATE TABLE logged_model_tags (
    model text NOT NULL COLLATE "C" REFERENCES logged_models,
    key   text NOT NULL COLLATE "C",
    value text NOT NULL COLLATE "C",
    PRIMARY KEY (model, key)
);

-- The newest value of each metric of a model, for each run and dataset that it was measured in and on; '' for no dataset.
CREATE TABLE logged_model_metrics (
    model          text             NOT NULL COLLATE "C" REFERENCES logged_models,
    key            text             NOT NULL COLLATE "C",
    run            text             NOT NULL COLLATE "C",
    dataset        text             NOT NULL COLLATE "C",
    dataset_digest text             NOT NULL COLLATE "C",
    at             bigint           NOT NULL,
    step           bigint           NOT NULL,
    value          double precision NOT NULL,
    PRIMARY KEY (model, key, run, dataset, dataset_digest)
);
