package banyan.business.staff;

import banyan.platform.audit.Staff;
import banyan.platform.ids.Ids;
import banyan.platform.toggles.Toggles;
import banyan.platform.web.Allow;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What administrators see of the staff's doings, and the switches they turn. */
@RestController
class StaffController {
  private final StaffLog log;
  private final Toggles toggles;

  StaffController(StaffLog log, Toggles toggles) {
    this.log = log;
    this.toggles = toggles;
  }

  /**
   * @param action what was done, for instance {@code order-refunded}
   * @param kind of the target: {@code account, category, coupon, order, product, toggle}
   * @param target id or name of what it was done to
   * @param requestId names the request in the server's log
   */
  record ActionView(
      String id,
      Instant at,
      String actorId,
      String action,
      String kind,
      String target,
      String detail,
      String requestId) {
    static ActionView of(StaffLog.Action action) {
      return new ActionView(
          Long.toString(action.actionId()),
          action.at(),
          Long.toString(action.actorId()),
          action.action(),
          action.kind(),
          action.target(),
          action.detail(),
          action.requestId());
    }
  }

  /**
   * What the staff has done, from new to old.
   *
   * @param actor id of the account that did it
   * @param target id or name of what it was done to
   */
  @GetMapping("/api/admin/log")
  @Allow(Role.ADMIN)
  Page<ActionView> list(
      @RequestParam(required = false) @Size(max = 19) @Nullable String actor,
      @RequestParam(required = false) @Size(max = 40) @Nullable String action,
      @RequestParam(required = false) @Size(max = 80) @Nullable String target,
      @RequestParam(defaultValue = "20") @Min(1) @Max(Page.LIMIT_MAX) int limit,
      @RequestParam(required = false) @Size(max = 100) @Nullable String cursor) {
    Long actorId =
        given(actor) == null
            ? null
            : Ids.parse(String.valueOf(actor))
                .orElseThrow(() -> Problem.invalid("actor", "is not an id"));
    StaffLog.Filter filter = new StaffLog.Filter(actorId, given(action), given(target));
    return Page.of(
            log.newest(filter, Page.decodeId(cursor), limit + 1),
            limit,
            row -> Long.toString(row.actionId()))
        .map(ActionView::of);
  }

  private static @Nullable String given(@Nullable String text) {
    return text == null || text.isBlank() ? null : text.strip();
  }

  /**
   * @param byDefault what the settings say
   * @param brownedOut off by itself on this node while it is overloaded; never when somebody has
   *     turned it
   * @param reason why it was turned; absent while nobody has turned it, like those after it
   */
  record ToggleView(
      String name,
      boolean enabled,
      boolean byDefault,
      boolean brownedOut,
      @Nullable String reason,
      @Nullable String changedBy,
      @Nullable Instant changedAt) {
    static ToggleView of(Toggles.State state) {
      Toggles.Turned turned = state.turned();
      return turned == null
          ? new ToggleView(
              state.name(),
              state.enabled(),
              state.byDefault(),
              state.brownedOut(),
              null,
              null,
              null)
          : new ToggleView(
              state.name(),
              state.enabled(),
              state.byDefault(),
              false,
              turned.reason(),
              Long.toString(turned.changedBy()),
              turned.at());
    }
  }

  record ToggleList(List<ToggleView> data) {}

  /** Every toggle as this node knows it. */
  @GetMapping("/api/admin/toggles")
  @Allow(Role.ADMIN)
  ToggleList toggles() {
    return new ToggleList(toggles.states().stream().map(ToggleView::of).toList());
  }

  record TurnRequest(@NotNull Boolean enabled, @NotBlank @Size(max = 500) String reason) {}

  /** Turns a toggle for all nodes: here at once, elsewhere within a second or two. */
  @PutMapping("/api/admin/toggles/{name}")
  @Allow(Role.ADMIN)
  ToggleView turn(Staff staff, @PathVariable String name, @RequestBody @Valid TurnRequest request) {
    return toggles
        .turn(name, request.enabled(), request.reason().strip(), staff)
        .map(ToggleView::of)
        .orElseThrow(() -> Problem.notFound("toggle"));
  }
}
