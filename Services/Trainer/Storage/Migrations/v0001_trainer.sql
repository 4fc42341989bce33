CREATE TABLE runs (
    ordinal           bigint           GENERATED ALWAYS AS IDENTITY UNIQUE,
    id                text             PRIMARY KEY,
    capability        text             NOT NULL,
    team              text             NOT NULL,
    state             text             NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    manifest_revision integer          NOT NULL,
    manifest          jsonb            NOT NULL,
    -- The version asked for, NULL for the newest; `dataset` is what was found when the run first started.
    asked_dataset     integer,
    dataset           jsonb,
    recipe            text             NOT NULL,
    parameters        jsonb            NOT NULL,
    seed              bigint           NOT NULL,
    iteration         integer,
    loss              double precision,
    metrics           jsonb            NOT NULL DEFAULT '{}',
    environment       jsonb            NOT NULL DEFAULT '{}',
    model             text,
    version           integer,
    error             text,
    created_at        timestamptz      NOT NULL,
    created_by        text             NOT NULL,
    started_at        timestamptz,
    ended_at          timestamptz
);
CREATE INDEX runs_capability ON runs (capability, ordinal DESC);

CREATE TABLE run_metrics (
    run   text             NOT NULL REFERENCES runs,
    key   text             NOT NULL,
    step  integer          NOT NULL,
    value double precision NOT NULL,
    at    timestamptz      NOT NULL,
    PRIMARY KEY (run, key, step)
);

CREATE TABLE suites (
    ordinal       bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    id            text        PRIMARY KEY,
    capability    text        NOT NULL,
    version       integer     NOT NULL,
    asked_dataset integer,
    state         text        NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed')),
    report        jsonb,
    error         text,
    created_at    timestamptz NOT NULL,
    created_by    text        NOT NULL
);
CREATE INDEX suites_capability ON suites (capability, ordinal DESC);

-- Work that is not done yet. Whoever claims a job raises its fence; only the holder of the present fence may commit.
CREATE TABLE jobs (
    ordinal      bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind         text        NOT NULL CHECK (kind IN ('run', 'suite')),
    id           text        NOT NULL,
    not_before   timestamptz NOT NULL DEFAULT now(),
    fence        bigint      NOT NULL DEFAULT 0,
    attempts     integer     NOT NULL DEFAULT 0,
    worker       text,
    lease_until  timestamptz,
    cancel_asked boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (kind, id)
);
