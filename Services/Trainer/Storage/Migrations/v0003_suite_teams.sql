-- Only the owning team reads a suite.
ALTER TABLE suites ADD COLUMN team text;
UPDATE suites AS s
   SET team = coalesce((SELECT r.team FROM runs AS r WHERE r.capability = s.capability ORDER BY r.ordinal DESC LIMIT 1), '');
ALTER TABLE suites ALTER COLUMN team SET NOT NULL;
