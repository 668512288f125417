package banyan.bench;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The least that Spring Boot with a web server can be: what every start of ours contains. */
@SpringBootApplication
@RestController
class EmptyBoot {
  public static void main(String[] args) {
    SpringApplication.run(EmptyBoot.class, args);
  }

  @GetMapping("/")
  String hello() {
    return "ready";
  }
}
