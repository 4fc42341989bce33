-- Capabilities as the model-registry told of them last.
CREATE TABLE retrain_capabilities (
    name    text  PRIMARY KEY,
    dataset text  NOT NULL,
    record  jsonb NOT NULL
);
CREATE INDEX retrain_capabilities_dataset ON retrain_capabilities (dataset);

-- Versions of datasets, with their labeled rows of train.
CREATE TABLE retrain_versions (
    dataset text    NOT NULL,
    number  integer NOT NULL,
    labeled integer NOT NULL,
    PRIMARY KEY (dataset, number)
);

-- At most one run that nobody asked for to a version.
CREATE TABLE retrain_runs (
    capability text    NOT NULL,
    version    integer NOT NULL,
    run        text    NOT NULL REFERENCES runs,
    PRIMARY KEY (capability, version)
);
