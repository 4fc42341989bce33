-- Runs that make device variants of registered versions.
CREATE TABLE variant_runs (
    ordinal       bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    id            text        PRIMARY KEY,
    capability    text        NOT NULL,
    team          text        NOT NULL,
    version       integer     NOT NULL,
    asked_dataset integer,
    dataset       integer,
    precisions    text[]      NOT NULL,
    state         text        NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'failed')),
    outcomes      jsonb       NOT NULL DEFAULT '[]',
    error         text,
    created_at    timestamptz NOT NULL,
    created_by    text        NOT NULL
);
CREATE INDEX variant_runs_capability ON variant_runs (capability, ordinal DESC);
