-- Embeddings of rows by frozen models: a cache, from which any row may be deleted.
CREATE TABLE embeddings (
    model     text NOT NULL,
    -- Digest of the row's inputs.
    input     text NOT NULL,
    dataset   text NOT NULL,
    -- 32-bit floats, little-endian.
    embedding bytea NOT NULL,
    used_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (model, input)
);

CREATE INDEX embeddings_dataset ON embeddings (dataset);
CREATE INDEX embeddings_used_at ON embeddings (used_at);
