-- The shard key is the buyer; trade and order ids carry the buyer's gene.

CREATE TABLE payment (
    shard        smallint    NOT NULL,
    trade_id     bigint      NOT NULL,
    buyer_id     bigint      NOT NULL,
    amount       bigint      NOT NULL CHECK (amount >= 0),
    currency     char(3)     NOT NULL,
    provider     text        NOT NULL,
    state        text        NOT NULL
        CHECK (state IN ('CREATED', 'PENDING', 'REDIRECTED', 'CAPTURED', 'DECLINED', 'CANCELLED', 'REFUNDED')),
    provider_ref text,
    redirect_url text,
    reason       text,
    settled      boolean     NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL DEFAULT now(),
    changed_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, trade_id)
) WITH (fillfactor = 85);
CREATE INDEX payment_open ON payment (changed_at) WHERE state IN ('CREATED', 'PENDING', 'REDIRECTED');

-- The share of a payment that belongs to one order.
CREATE TABLE payment_part (
    shard             smallint NOT NULL,
    order_id          bigint   NOT NULL,
    trade_id          bigint   NOT NULL,
    seller_id         bigint   NOT NULL,
    currency          char(3)  NOT NULL,
    amount            bigint   NOT NULL CHECK (amount >= 0),
    tax               bigint   NOT NULL,
    platform_discount bigint   NOT NULL,
    captured          boolean  NOT NULL DEFAULT false,
    refunded          bigint   NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    released          boolean  NOT NULL DEFAULT false,
    released_amount   bigint   NOT NULL DEFAULT 0,
    released_fee      bigint   NOT NULL DEFAULT 0,
    released_tax      bigint   NOT NULL DEFAULT 0,
    PRIMARY KEY (shard, order_id),
    CHECK (refunded <= amount)
) WITH (fillfactor = 85);
CREATE INDEX payment_part_of_trade ON payment_part (trade_id);

-- Money on its way back to the buyer; one row for each cause.
CREATE TABLE payment_refund (
    shard      smallint    NOT NULL,
    order_id   bigint      NOT NULL,
    cause      text        NOT NULL,
    trade_id   bigint      NOT NULL,
    amount     bigint      NOT NULL CHECK (amount > 0),
    currency   char(3)     NOT NULL,
    state      text        NOT NULL CHECK (state IN ('REQUESTED', 'SENT')),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, order_id, cause)
);
CREATE INDEX payment_refund_open ON payment_refund (created_at) WHERE state = 'REQUESTED';

CREATE TABLE payment_webhook (
    shard    smallint    NOT NULL,
    provider text        NOT NULL,
    event_id text        NOT NULL,
    trade_id bigint      NOT NULL,
    type     text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, provider, event_id)
);

-- Double entry, append-only. A posting's amount is a debit when positive, a credit when negative.
CREATE TABLE ledger_entry (
    shard    smallint    NOT NULL,
    entry_id bigint      NOT NULL,
    cause    text        NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (shard, entry_id),
    UNIQUE (shard, cause)
);
CREATE INDEX ledger_entry_in_commit_order ON ledger_entry (xid, entry_id);

CREATE TABLE ledger_posting (
    shard    smallint NOT NULL,
    entry_id bigint   NOT NULL,
    line     smallint NOT NULL,
    account  text     NOT NULL,
    order_id bigint,
    currency char(3)  NOT NULL,
    amount   bigint   NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (shard, entry_id, line)
);
CREATE INDEX ledger_posting_by_account ON ledger_posting (account, shard) INCLUDE (currency, amount);
CREATE INDEX ledger_posting_by_order ON ledger_posting (order_id);

-- One chain for each database: every link's hash covers its entry, its postings and the link before it.
CREATE TABLE ledger_chain (
    link     bigint   PRIMARY KEY,
    shard    smallint NOT NULL,
    entry_id bigint   NOT NULL,
    xid      xid8     NOT NULL,
    hash     bytea    NOT NULL
);

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_posting
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger_chain
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
