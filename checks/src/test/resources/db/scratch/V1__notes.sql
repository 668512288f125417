CREATE TABLE scratch_note (
    shard smallint NOT NULL,
    id    bigint   NOT NULL,
    text  text     NOT NULL,
    PRIMARY KEY (shard, id)
);
CREATE TABLE scratch_heard (
    shard    smallint NOT NULL,
    position bigint   GENERATED ALWAYS AS IDENTITY,
    key      bigint   NOT NULL,
    number   int      NOT NULL,
    PRIMARY KEY (shard, position)
);
