-- Output of the programs of command recipes, bounded for each attempt.
CREATE TABLE run_logs (
    run     text        NOT NULL REFERENCES runs,
    ordinal bigint      GENERATED ALWAYS AS IDENTITY,
    attempt integer     NOT NULL,
    at      timestamptz NOT NULL DEFAULT now(),
    output  bytea       NOT NULL,
    PRIMARY KEY (run, ordinal)
);

-- Who has uploaded which archive: an archive is used by the team that has it, so that nobody reads another's by its digest.
CREATE TABLE archives (
    digest      text        NOT NULL,
    team        text        NOT NULL,
    bytes       bigint      NOT NULL,
    uploaded_at timestamptz NOT NULL,
    uploaded_by text        NOT NULL,
    PRIMARY KEY (digest, team)
);
