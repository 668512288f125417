-- Takes longer than any request may, as an index of a large table does.
SELECT pg_sleep(3);

CREATE TABLE slow_note (
  id bigint PRIMARY KEY
);
