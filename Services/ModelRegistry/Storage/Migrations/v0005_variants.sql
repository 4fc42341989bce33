-- Device variants: immutable, named by the digest of their file. What was measured and judged is stored with them.
CREATE TABLE variants (
    capability  text        NOT NULL,
    version     integer     NOT NULL,
    id          text        NOT NULL,
    "precision" text        NOT NULL,
    verdict     text        NOT NULL CHECK (verdict IN ('passed', 'failed', 'unmeasured')),
    variant     jsonb       NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (capability, version, id),
    FOREIGN KEY (capability, version) REFERENCES versions
);
CREATE INDEX variants_id ON variants (capability, id);

-- Keys that sign device manifests: the newest signs, devices may know any of them. The secret half is sealed.
CREATE TABLE device_keys (
    id         text        PRIMARY KEY,
    public_key bytea       NOT NULL,
    sealed     bytea       NOT NULL,
    made_at    timestamptz NOT NULL
);
