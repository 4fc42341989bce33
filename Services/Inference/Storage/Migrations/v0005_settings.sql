-- What operators set while the service runs: every instance follows. A place is 'log', 'trace', or 'trace/' and a model's name.
CREATE TABLE operator_settings (
    place text PRIMARY KEY,
    members jsonb NOT NULL,
    -- Rises with every change.
    revision bigint NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
