CREATE TABLE experiments (
    id         text        PRIMARY KEY,
    capability text        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('running', 'promoted', 'rolledBack')),
    experiment jsonb       NOT NULL,
    created_at timestamptz NOT NULL
);
-- One experiment of a capability runs at a time.
CREATE UNIQUE INDEX experiments_running ON experiments (capability) WHERE state = 'running';
CREATE INDEX experiments_newest ON experiments (created_at DESC, id);
