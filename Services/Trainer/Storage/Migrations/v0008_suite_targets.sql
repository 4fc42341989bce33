-- A suite tests a version, what an alias meant when it was asked for, or the model of a run that has registered none.
ALTER TABLE suites ALTER COLUMN version DROP NOT NULL;
ALTER TABLE suites ADD COLUMN alias text;
ALTER TABLE suites ADD COLUMN run text;
ALTER TABLE suites ADD COLUMN seeds integer;
-- The report among the blobs.
ALTER TABLE suites ADD COLUMN digest text;
ALTER TABLE suites ADD CONSTRAINT suites_target CHECK (version IS NOT NULL OR run IS NOT NULL);
