-- Whose a job is, which goes first, and how long it may take from its first claim on.
ALTER TABLE jobs
    ADD COLUMN team            text,
    ADD COLUMN priority        integer     NOT NULL DEFAULT 0,
    ADD COLUMN timeout_seconds integer     NOT NULL DEFAULT 86400,
    ADD COLUMN deadline        timestamptz,
    DROP CONSTRAINT jobs_kind_check,
    ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('run', 'suite', 'variants'));
UPDATE jobs AS j
   SET team = coalesce((SELECT r.team FROM runs AS r WHERE j.kind = 'run' AND r.id = j.id),
                       (SELECT s.team FROM suites AS s WHERE j.kind = 'suite' AND s.id = j.id), '');
ALTER TABLE jobs ALTER COLUMN team SET NOT NULL;
CREATE INDEX jobs_order ON jobs (team, priority DESC, ordinal);

CREATE TABLE team_quotas (
    team       text        PRIMARY KEY,
    most       integer     NOT NULL CHECK (most >= 0),
    changed_by text        NOT NULL,
    changed_at timestamptz NOT NULL
);

ALTER TABLE runs
    ADD COLUMN priority        integer NOT NULL DEFAULT 0,
    ADD COLUMN timeout_seconds integer NOT NULL DEFAULT 86400,
    ADD COLUMN attempt         integer,
    ADD COLUMN code            jsonb,
    ADD COLUMN splits          jsonb,
    ADD COLUMN command         jsonb,
    ADD COLUMN reproduces      text REFERENCES runs,
    ADD COLUMN search          text;
CREATE INDEX runs_search ON runs (search) WHERE search IS NOT NULL;
