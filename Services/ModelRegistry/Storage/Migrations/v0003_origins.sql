-- What came of a run, and of a dataset version.
CREATE INDEX versions_of_run ON versions (run);
CREATE INDEX versions_of_dataset ON versions ((dataset ->> 'name'), ((dataset ->> 'version')::bigint));
