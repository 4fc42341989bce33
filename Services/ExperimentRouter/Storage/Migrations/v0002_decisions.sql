-- The stages of the manifest's rollout as they were when the experiment began.
ALTER TABLE experiments ADD COLUMN stages text[] NOT NULL DEFAULT '{}';

-- What was decided and is not done yet, or has been done. A promotion is written down before the registry is asked, so that it is
-- finished after a crash.
CREATE TABLE decisions (
    experiment  text        PRIMARY KEY REFERENCES experiments,
    action      text        NOT NULL CHECK (action IN ('promote', 'rollback')),
    reason      text,
    decided_by  text        NOT NULL,
    decided_at  timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX decisions_pending ON decisions (decided_at) WHERE finished_at IS NULL;
