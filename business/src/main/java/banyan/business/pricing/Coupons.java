package banyan.business.pricing;

import banyan.platform.audit.Staff;
import banyan.platform.data.Database;
import banyan.platform.data.Intent;
import banyan.platform.ids.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of coupons: making, finding, changing. Using them is {@link Redemptions}. */
@Component
class Coupons {
  /** A coupon as somebody wants it; the fields are those of {@link Coupon}. */
  record Draft(
      String code,
      @Nullable Integer basisPoints,
      @Nullable Long amount,
      long minimum,
      @Nullable String currency,
      @Nullable Integer usesMax,
      @Nullable Integer usesPerBuyerMax,
      @Nullable Instant startsAt,
      @Nullable Instant endsAt) {}

  /** What a change came to. */
  enum Changed {
    DONE,
    UNKNOWN,
    /** A limit may only rise: somebody may have used what a lower one forbids. */
    LOWERED
  }

  private final Database database;
  private final Ids ids;

  Coupons(banyan.platform.data.Databases databases, Ids ids) {
    this.database = databases.module("pricing");
    this.ids = ids;
  }

  /** Every code has a home of its own, whoever gives the coupon. */
  private static long shardKeyOf(String code) {
    CRC32 crc = new CRC32();
    crc.update(code.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  /**
   * Makes a coupon.
   *
   * @param by the member of the staff who does it for the house; null for a seller
   * @return its id, or empty when the code is taken
   */
  Optional<Long> create(
      long sellerId, @Nullable String idempotencyKey, Draft draft, @Nullable Staff by) {
    Long claimed = claim(sellerId, draft.code());
    if (claimed == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Long.parseLong(
              database.once(
                  sellerId,
                  Intent.of("coupon:" + sellerId, idempotencyKey, draft),
                  jdbc -> {
                    tell(by, "coupon-made", claimed, draft.code());
                    return insert(jdbc, claimed, sellerId, draft);
                  })));
    } catch (DuplicateKeyException another) {
      return Optional.empty();
    }
  }

  /**
   * Claims the code first and alone: a crash leaves a claim without a coupon, which the same seller
   * can fill.
   *
   * @return the id of the coupon that may have this code; null when it belongs to somebody else
   */
  private @Nullable Long claim(long sellerId, String code) {
    long couponId =
        database.write(
            shardKeyOf(code),
            jdbc -> {
              jdbc.sql(
                      """
                      INSERT INTO coupon_code (shard, code, coupon_id)
                      VALUES (:shard, :code, :couponId)
                      ON CONFLICT DO NOTHING
                      """)
                  .param("shard", Ids.shardOf(shardKeyOf(code)))
                  .param("code", code)
                  .param("couponId", ids.next(sellerId))
                  .update();
              return idOf(jdbc, code).orElseThrow();
            });
    if (Ids.shardOf(couponId) != Ids.shardOf(sellerId)) {
      return null;
    }
    boolean others = find(couponId).filter(coupon -> coupon.sellerId() != sellerId).isPresent();
    return others ? null : couponId;
  }

  private static Optional<Long> idOf(JdbcClient jdbc, String code) {
    return jdbc.sql("SELECT coupon_id FROM coupon_code WHERE shard = :shard AND code = :code")
        .param("shard", Ids.shardOf(shardKeyOf(code)))
        .param("code", code)
        .query(Long.class)
        .optional();
  }

  private void tell(@Nullable Staff by, String action, long couponId, String detail) {
    if (by != null) {
      database.publish(by.acted(couponId, action, "coupon", detail));
    }
  }

  private static String changes(
      @Nullable Integer usesMax, @Nullable Integer usesPerBuyerMax, @Nullable Instant endsAt) {
    return "uses %s, uses per buyer %s, ends %s"
        .formatted(
            usesMax == null ? "as before" : usesMax,
            usesPerBuyerMax == null ? "as before" : usesPerBuyerMax,
            endsAt == null ? "as before" : endsAt);
  }

  private static String insert(JdbcClient jdbc, long couponId, long sellerId, Draft draft) {
    jdbc.sql(
            """
            INSERT INTO coupon (shard, coupon_id, seller_id, code, basis_points, amount, minimum,
                                currency, uses_max, uses_per_buyer_max, starts_at, ends_at)
            VALUES (:shard, :couponId, :sellerId, :code, :basisPoints, :amount, :minimum,
                    :currency, :usesMax, :usesPerBuyerMax, coalesce(:startsAt, now()), :endsAt)
            """)
        .param("shard", Ids.shardOf(couponId))
        .param("couponId", couponId)
        .param("sellerId", sellerId)
        .param("code", draft.code())
        .param("basisPoints", draft.basisPoints())
        .param("amount", draft.amount())
        .param("minimum", draft.minimum())
        .param("currency", draft.currency())
        .param("usesMax", draft.usesMax())
        .param("usesPerBuyerMax", draft.usesPerBuyerMax())
        .param("startsAt", at(draft.startsAt()), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .param("endsAt", at(draft.endsAt()), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
        .update();
    return Long.toString(couponId);
  }

  private static java.time.@Nullable OffsetDateTime at(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  /** The coupon behind a code in any spelling, from the primary. */
  Optional<Coupon> find(String code) {
    String normal = Coupon.normal(code);
    return database.fresh(shardKeyOf(normal), jdbc -> idOf(jdbc, normal)).flatMap(this::find);
  }

  Optional<Coupon> find(long couponId) {
    return database.fresh(
        couponId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT coupon_id, seller_id, code, basis_points, amount, minimum, currency,
                           uses_max, uses_per_buyer_max, starts_at, ends_at, used
                      FROM coupon
                     WHERE shard = :shard AND coupon_id = :couponId
                    """)
                .param("shard", Ids.shardOf(couponId))
                .param("couponId", couponId)
                .query(Coupon.class)
                .optional());
  }

  /** Coupons of one giver, newest first. */
  List<Coupon> list(long sellerId, long before, int limit) {
    return database.read(
        sellerId,
        jdbc ->
            jdbc.sql(
                    """
                    SELECT coupon_id, seller_id, code, basis_points, amount, minimum, currency,
                           uses_max, uses_per_buyer_max, starts_at, ends_at, used
                      FROM coupon
                     WHERE shard = :shard AND seller_id = :sellerId AND coupon_id < :before
                     ORDER BY coupon_id DESC
                     LIMIT :limit
                    """)
                .param("shard", Ids.shardOf(sellerId))
                .param("sellerId", sellerId)
                .param("before", before)
                .param("limit", limit)
                .query(Coupon.class)
                .list());
  }

  /** Changes what is not null: limits upward, the end to any moment. A repeat changes nothing. */
  Changed change(
      long sellerId,
      long couponId,
      @Nullable Integer usesMax,
      @Nullable Integer usesPerBuyerMax,
      @Nullable Instant endsAt,
      @Nullable Staff by) {
    int rows =
        database.write(
            sellerId,
            jdbc -> {
              int changed =
                  jdbc.sql(
                          """
                          UPDATE coupon
                             SET uses_max = coalesce(:usesMax, uses_max),
                                 uses_per_buyer_max = coalesce(:usesPerBuyerMax, uses_per_buyer_max),
                                 ends_at = coalesce(:endsAt, ends_at)
                           WHERE shard = :shard AND coupon_id = :couponId AND seller_id = :sellerId
                             AND (:usesMax::integer IS NULL OR :usesMax >= uses_max)
                             AND (:usesPerBuyerMax::integer IS NULL
                                  OR :usesPerBuyerMax >= uses_per_buyer_max)
                          """)
                      .param("usesMax", usesMax, java.sql.Types.INTEGER)
                      .param("usesPerBuyerMax", usesPerBuyerMax, java.sql.Types.INTEGER)
                      .param("endsAt", at(endsAt), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
                      .param("shard", Ids.shardOf(sellerId))
                      .param("couponId", couponId)
                      .param("sellerId", sellerId)
                      .update();
              if (changed == 1) {
                tell(by, "coupon-changed", couponId, changes(usesMax, usesPerBuyerMax, endsAt));
              }
              return changed;
            });
    if (rows == 1) {
      return Changed.DONE;
    }
    return find(couponId).filter(coupon -> coupon.sellerId() == sellerId).isPresent()
        ? Changed.LOWERED
        : Changed.UNKNOWN;
  }
}
