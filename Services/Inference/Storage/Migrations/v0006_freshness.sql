-- What builds of similarity indexes follow: declarations, where aliases point, and the newest version of each dataset.
CREATE TABLE similarity_declarations (
    -- Of two capabilities that declare one name, the first has the index.
    ordinal    bigint GENERATED ALWAYS AS IDENTITY,
    name       text   NOT NULL,
    capability text   NOT NULL,
    spec       jsonb  NOT NULL,
    PRIMARY KEY (name, capability)
);
CREATE INDEX similarity_declarations_capability ON similarity_declarations (capability);

CREATE TABLE similarity_aliases (
    capability text    NOT NULL,
    alias      text    NOT NULL,
    version    integer NOT NULL,
    PRIMARY KEY (capability, alias)
);

CREATE TABLE similarity_datasets (
    dataset text    PRIMARY KEY,
    version integer NOT NULL
);

-- What each index should be built of. A version is NULL where there is none yet.
CREATE VIEW similarity_wanted AS
    SELECT d.name, d.capability, d.spec, a.version, s.version AS dataset_version
      FROM (SELECT DISTINCT ON (name) name, capability, spec
              FROM similarity_declarations
             ORDER BY name, ordinal) AS d
           LEFT JOIN similarity_aliases AS a ON a.capability = d.capability AND a.alias = coalesce(d.spec->>'alias', 'champion')
           LEFT JOIN similarity_datasets AS s ON s.dataset = d.spec->>'dataset';

-- How often rows of an index were erased, and how often by when the build that answers began: its file has none of those.
ALTER TABLE similarity_indexes
    ADD COLUMN erasures       bigint NOT NULL DEFAULT 0,
    ADD COLUMN built_erasures bigint NOT NULL DEFAULT 0;

ALTER TABLE similarity_deletions
    ADD COLUMN erased_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN erased_by text;

-- Segment files that no index needs any more, until they are deleted.
CREATE TABLE similarity_garbage (
    segment text PRIMARY KEY
);
