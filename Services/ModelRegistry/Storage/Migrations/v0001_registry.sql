CREATE TABLE capabilities (
    name       text        PRIMARY KEY,
    team       text        NOT NULL,
    revision   integer     NOT NULL,
    versions   integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Every revision is kept.
CREATE TABLE revisions (
    capability text        NOT NULL REFERENCES capabilities,
    revision   integer     NOT NULL,
    digest     text        NOT NULL,
    manifest   jsonb       NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text        NOT NULL,
    PRIMARY KEY (capability, revision)
);

-- Numbers come from capabilities.versions and are never used again. A run registers one version.
CREATE TABLE versions (
    capability        text        NOT NULL REFERENCES capabilities,
    version           integer     NOT NULL,
    model             text        NOT NULL,
    bytes             bigint      NOT NULL,
    run               text        NOT NULL,
    dataset           jsonb       NOT NULL,
    manifest_revision integer     NOT NULL,
    recipe            text        NOT NULL,
    parameters        jsonb       NOT NULL,
    seed              bigint      NOT NULL,
    metrics           jsonb       NOT NULL,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (capability, version),
    UNIQUE (capability, run)
);

CREATE TABLE reports (
    id                text        PRIMARY KEY,
    capability        text        NOT NULL,
    version           integer     NOT NULL,
    manifest_revision integer     NOT NULL,
    dataset_version   integer     NOT NULL,
    passed            boolean     NOT NULL,
    report            jsonb       NOT NULL,
    recorded_at       timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (capability, version) REFERENCES versions
);
CREATE INDEX reports_newest ON reports (capability, recorded_at DESC);

CREATE TABLE aliases (
    capability text        NOT NULL,
    alias      text        NOT NULL,
    version    integer     NOT NULL,
    previous   integer,
    moved_at   timestamptz NOT NULL,
    moved_by   text        NOT NULL,
    report     text        REFERENCES reports,
    PRIMARY KEY (capability, alias),
    FOREIGN KEY (capability, version) REFERENCES versions
);

-- Where protected aliases have pointed: a former champion may come back without a new gate.
CREATE TABLE alias_history (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    capability text        NOT NULL,
    alias      text        NOT NULL,
    version    integer     NOT NULL,
    moved_at   timestamptz NOT NULL,
    moved_by   text        NOT NULL,
    reason     text
);
