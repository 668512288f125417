package banyan.cli;

import java.util.Map;

/**
 * A line of the table that all drills end with.
 *
 * @param must what was promised
 */
record Figure(String what, String must, String measured, boolean met) {
  static Figure atMost(String what, long most, long measured, String unit) {
    return new Figure(
        what, "≤ " + most + unit, "%,d%s".formatted(measured, unit), measured <= most);
  }

  static Figure none(String what, long measured, String of) {
    return new Figure(what, "0", "%,d%s".formatted(measured, of), measured == 0);
  }

  Map<String, Object> told() {
    return Map.of("what", what, "must", must, "measured", measured, "met", met);
  }
}
