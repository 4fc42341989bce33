-- A champion that comes back, or that answered as a challenger before, has a reference for each of its promotions: the first window after
-- this prediction.
ALTER TABLE reference_windows ADD COLUMN after bigint NOT NULL DEFAULT 0;
ALTER TABLE reference_windows DROP CONSTRAINT reference_windows_pkey;
ALTER TABLE reference_windows ADD PRIMARY KEY (capability, version, after);
