package banyan.cli;

import banyan.cli.load.Mix;
import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Mixes by the names that people write: {@code flash-sale}. */
final class MixNames implements ITypeConverter<Mix>, Iterable<String> {
  @Override
  public Mix convert(String name) {
    return Arrays.stream(Mix.values())
        .filter(mix -> mix.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("no mix is named " + name));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Mix.values()).map(Mix::toString).iterator();
  }
}
