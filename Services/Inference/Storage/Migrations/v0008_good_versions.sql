-- The version that served last for each alias, as it was served: where what follows it is refused, an instance that starts serves it.
CREATE TABLE good_versions (
    model text NOT NULL,
    alias text NOT NULL,
    served jsonb NOT NULL,
    served_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, alias)
);
