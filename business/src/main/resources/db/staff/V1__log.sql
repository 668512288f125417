-- What the staff has done to whom: append-only.
CREATE TABLE staff_action (
    action_id  bigint      PRIMARY KEY,
    actor_id   bigint      NOT NULL,
    action     text        NOT NULL,
    kind       text        NOT NULL,
    target     text        NOT NULL,
    detail     text        NOT NULL,
    request_id text        NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX staff_action_by_actor ON staff_action (actor_id, action_id);
CREATE INDEX staff_action_by_action ON staff_action (action, action_id);
CREATE INDEX staff_action_by_target ON staff_action (target, action_id);

CREATE FUNCTION staff_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of the staff is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON staff_action
    FOR EACH ROW EXECUTE FUNCTION staff_log_is_append_only();
CREATE TRIGGER append_only_as_a_whole BEFORE TRUNCATE ON staff_action
    EXECUTE FUNCTION staff_log_is_append_only();
