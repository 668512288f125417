CREATE TABLE elsewhere_note (shard smallint NOT NULL, id bigint NOT NULL, PRIMARY KEY (shard, id));
