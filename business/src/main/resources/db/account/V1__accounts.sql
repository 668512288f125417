-- Who people are. The id of an account is made from the hash of its e-mail address, so the address alone finds
-- the shard, and one unique index on that shard keeps it unique everywhere.

CREATE TABLE account (
    shard      smallint    NOT NULL,
    account_id bigint      NOT NULL,
    email      text        NOT NULL,
    email_key  text        NOT NULL,
    name       text        NOT NULL,
    password   text,
    roles      text[]      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, account_id),
    UNIQUE (shard, email_key),
    CHECK (shard = (account_id & 1023)),
    CHECK (roles <@ ARRAY['BUYER', 'SELLER', 'SUPPORT', 'ADMIN'] AND cardinality(roles) > 0)
);
CREATE INDEX account_newest ON account (account_id);
CREATE INDEX account_by_email ON account (email_key text_pattern_ops);
CREATE INDEX account_by_name ON account (lower(name) text_pattern_ops);
CREATE INDEX account_admins ON account (account_id) WHERE 'ADMIN' = ANY (roles);

-- Only the hash of a token is kept: who reads this table can sign in as nobody.
CREATE TABLE account_session (
    shard      smallint    NOT NULL,
    token_hash bytea       NOT NULL,
    account_id bigint      NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (shard, token_hash)
);
CREATE INDEX account_session_by_account ON account_session (shard, account_id, created_at);
CREATE INDEX account_session_by_expiry ON account_session (expires_at);

CREATE TABLE account_address (
    shard      smallint    NOT NULL,
    account_id bigint      NOT NULL,
    address_id bigint      NOT NULL,
    name       text        NOT NULL,
    line1      text        NOT NULL,
    line2      text,
    city       text        NOT NULL,
    postcode   text        NOT NULL,
    country    text        NOT NULL,
    PRIMARY KEY (shard, account_id, address_id)
);
