-- The team that told; nobody's word counts for a capability that its team may not call. NULL for administrators, and for what is older.
ALTER TABLE feedback ADD COLUMN team text;

-- Rows that labeling will not take: they do not count among those that an alarm may ask for.
ALTER TABLE alarm_rows ADD COLUMN refused boolean NOT NULL DEFAULT false;
