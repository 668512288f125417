package banyan.business.account;

import static banyan.platform.web.Role.ADMIN;
import static banyan.platform.web.Role.BUYER;
import static banyan.platform.web.Role.SELLER;
import static banyan.platform.web.Role.SUPPORT;

import banyan.platform.ids.Ids;
import banyan.platform.web.Allow;
import banyan.platform.web.Caller;
import banyan.platform.web.IdempotencyKey;
import banyan.platform.web.Page;
import banyan.platform.web.Problem;
import banyan.platform.web.Refuses;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The address book over HTTP. */
@RestController
@RequestMapping("/api/account/addresses")
class AddressController {
  private static final Set<String> COUNTRIES =
      Arrays.stream(Locale.getISOCountries()).collect(Collectors.toUnmodifiableSet());

  record AddressRequest(
      @NotBlank @Size(max = 100) String name,
      @NotBlank @Size(max = 200) String line1,
      @Nullable @Size(max = 200) String line2,
      @NotBlank @Size(max = 100) String city,
      @NotBlank @Size(max = 20) String postcode,
      @NotNull @Pattern(regexp = "[A-Z]{2}") String country) {
    /**
     * @throws Problem 400 for a country that does not exist
     */
    Addresses.Place place() {
      if (!COUNTRIES.contains(country)) {
        throw Problem.invalid("/country", "is not a country of ISO 3166");
      }
      return new Addresses.Place(
          name.strip(),
          line1.strip(),
          line2 == null || line2.isBlank() ? null : line2.strip(),
          city.strip(),
          postcode.strip(),
          country);
    }
  }

  record AddressView(
      String id,
      String name,
      String line1,
      @Nullable String line2,
      String city,
      String postcode,
      String country) {
    static AddressView of(Addresses.Kept address) {
      Addresses.Place place = address.place();
      return new AddressView(
          Long.toString(address.addressId()),
          place.name(),
          place.line1(),
          place.line2(),
          place.city(),
          place.postcode(),
          place.country());
    }
  }

  private final Addresses addresses;

  AddressController(Addresses addresses) {
    this.addresses = addresses;
  }

  /** All of them: an account has at most 20. */
  @GetMapping
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  Page<AddressView> list(Caller caller) {
    List<AddressView> all = addresses.of(caller.accountId()).stream().map(AddressView::of).toList();
    return new Page<>(all, null, false);
  }

  @PostMapping
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  @Refuses(HttpStatus.CONFLICT)
  ResponseEntity<AddressView> add(
      @Valid @RequestBody AddressRequest request, IdempotencyKey key, Caller caller) {
    return switch (addresses.add(key.value(), caller.accountId(), request.place())) {
      case Addresses.Done(Addresses.Kept address) ->
          ResponseEntity.created(URI.create("/api/account/addresses/" + address.addressId()))
              .body(AddressView.of(address));
      case Addresses.Full() ->
          throw Problem.of(
              HttpStatus.CONFLICT,
              "too_many_addresses",
              "An account keeps at most "
                  + Addresses.PER_ACCOUNT_MAX
                  + " addresses; remove one first.");
    };
  }

  @PutMapping("/{id}")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  AddressView replace(
      @PathVariable String id, @Valid @RequestBody AddressRequest request, Caller caller) {
    Addresses.Kept address = new Addresses.Kept(parse(id), request.place());
    if (!addresses.replace(caller.accountId(), address)) {
      throw Problem.notFound("address");
    }
    return AddressView.of(address);
  }

  @DeleteMapping("/{id}")
  @Allow({BUYER, SELLER, SUPPORT, ADMIN})
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@PathVariable String id, Caller caller) {
    if (!addresses.remove(caller.accountId(), parse(id))) {
      throw Problem.notFound("address");
    }
  }

  private static long parse(String id) {
    return Ids.parse(id).orElseThrow(() -> Problem.notFound("address"));
  }
}
