-- An imported trade is paid on its old date, whoever drives it on: the import, an event, or a job after a crash.
ALTER TABLE trade ADD COLUMN imported boolean NOT NULL DEFAULT false;
