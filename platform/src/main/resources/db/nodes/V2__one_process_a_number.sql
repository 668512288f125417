-- Which process has the number: two of the same number would give out the same ids.
ALTER TABLE node ADD COLUMN instance uuid;
