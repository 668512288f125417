package banyan.platform.web;

import banyan.platform.audit.Staff;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.BooleanSchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;

/** The API as {@code /v3/api-docs} tells it: what the handlers say, and what holds for all. */
@Configuration(proxyBeanMethods = false)
class ApiDocumentation {
  private static final String BEARER = "bearer";
  private static final String PROBLEM = "Problem";

  /** What a refusal is about that only some operations know; its code says more. */
  private static final Map<Integer, String> REASONS =
      Map.of(
          402, "The payment was declined.",
          403, "A page of another site asks for this.",
          404, "There is no such thing, or it is somebody else's.",
          409, "Things are not as this needs them; the code says how they are.",
          422, "The request can be read and makes no sense; the code says why.",
          429, "Too often; come back after Retry-After.");

  static {
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(
            Caller.class,
            Buyer.class,
            IdempotencyKey.class,
            SessionToken.class,
            Staff.class,
            // the only optional parameter of a handler is a caller who need not be signed in
            Optional.class);
  }

  @Bean
  OpenAPI marketplaceApi() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Banyan")
                .version("1")
                .description(
                    """
                    An online marketplace: many sellers, one cart, one payment. Ids are strings. \
                    Money is {"amount": minor units, "currency": ISO 4217}. Lists come in pages: \
                    give nextCursor back as cursor. A POST that creates something takes an \
                    Idempotency-Key: the same key brings the same answer, however often it is \
                    sent. Every refusal is a problem of RFC 9457 whose code is stable. Who will not wait \
                    says for how long in Request-Timeout-Ms. 503 with Retry-After means that \
                    nothing is wrong with the request: the same one may come again.\
                    """)
                .license(new License().name("Apache-2.0")))
        .servers(List.of(new Server().url("/")))
        .components(
            new Components()
                .addSecuritySchemes(
                    BEARER,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .description("The token that POST /api/sessions returns."))
                .addSchemas(PROBLEM, problem()));
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .addProperty("type", new StringSchema().example("/problems/not-found"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema().description("A sentence for a human."))
        .addProperty("instance", new StringSchema())
        .addProperty("code", new StringSchema().description("Stable; programs look at this."))
        .addProperty("retryable", new BooleanSchema())
        .addProperty("requestId", new StringSchema().description("Names this request in our logs."))
        .addProperty(
            "errors",
            new ArraySchema()
                .items(
                    new ObjectSchema()
                        .addProperty("pointer", new StringSchema().example("/lines/0/quantity"))
                        .addProperty("message", new StringSchema())))
        // a code may bring members of its own: which SKU, how many are short, why a coupon is
        // refused
        .additionalProperties(true)
        .required(List.of("type", "title", "status", "detail", "code", "retryable", "requestId"));
  }

  /** What the signature of a handler says and its mapping does not. */
  @Bean
  OperationCustomizer whatHoldsForAll() {
    return (operation, handler) -> {
      Allow allow = handler.getMethodAnnotation(Allow.class);
      if (allow != null) {
        if (!allow.everyone()) {
          operation.addSecurityItem(new SecurityRequirement().addList(BEARER));
          String roles = "Roles: " + String.join(", ", names(allow)) + ".";
          if (!String.valueOf(operation.getDescription()).contains(roles)) {
            note(operation, roles);
          }
        }
        refusals(operation, handler, allow);
      }
      headers(operation, handler);
      bodies(operation, handler);
      operation.setTags(List.of(SchemaNames.moduleOf(handler.getBeanType())));
      ApiResponse success = operation.getResponses().get("200");
      if (success != null && handler.getMethod().getReturnType() == ResponseEntity.class) {
        // the handler chooses among 200, 201, 204; its signature does not say which
        operation.getResponses().remove("200");
        operation.getResponses().addApiResponse("2XX", success);
      }
      return operation;
    };
  }

  /** Names operations by what they are called, so that a new handler renames no other one. */
  @Bean
  OpenApiCustomizer operationsByTheirPath() {
    return api ->
        api.getPaths()
            .forEach((path, item) ->
                item.readOperationsMap()
                    .forEach((method, operation) ->
                        operation.setOperationId(operationId(method.name(), path))));
  }

  private static String operationId(String method, String path) {
    StringBuilder id = new StringBuilder(method.toLowerCase(Locale.ROOT));
    for (String step : path.substring("/api/".length()).split("[/-]")) {
      boolean name = step.startsWith("{");
      String word = name ? step.substring(1, step.length() - 1) : step;
      id.append(name ? "By" : "").append(StringUtils.capitalize(word));
    }
    return id.toString();
  }

  @Bean
  ModelResolver schemasByTheirModule(ObjectMapperProvider json) {
    return new ModelResolver(json.jsonMapper(), new SchemaNames()).openapi31(json.isOpenapi31());
  }

  private static List<String> names(Allow allow) {
    return Arrays.stream(allow.value()).map(Role::name).toList();
  }

  private static void note(Operation operation, String sentence) {
    String before = operation.getDescription();
    operation.setDescription(before == null ? sentence : before + "\n\n" + sentence);
  }

  private static void refusals(Operation operation, HandlerMethod handler, Allow allow) {
    Map<Integer, String> refusals = new TreeMap<>();
    refusals.put(400, "Something in the request is not valid.");
    refusals.put(401, "Not signed in, or by a token that is unknown, expired or ended.");
    refusals.put(406, "There is no answer of a type that the request accepts.");
    refusals.put(503, "Nothing is wrong with the request; send it again after Retry-After.");
    if (!allow.everyone()) {
      refusals.put(403, "The account has not the role for this.");
    }
    if (operation.getParameters() != null
        && operation.getParameters().stream().anyMatch(one -> "path".equals(one.getIn()))) {
      refusals.put(404, REASONS.get(404));
    }
    if (!handler.hasMethodAnnotation(GetMapping.class)
        && !handler.hasMethodAnnotation(DeleteMapping.class)) {
      refusals.put(413, "The body is too large.");
      refusals.put(415, "The body is of another type.");
    }
    if (takes(handler, IdempotencyKey.class)) {
      refusals.put(422, "The Idempotency-Key was used for another request.");
    }
    if (handler.getMethodAnnotation(Refuses.class) instanceof Refuses more) {
      for (HttpStatus status : more.value()) {
        refusals.put(status.value(), REASONS.get(status.value()));
      }
    }
    refusals.forEach((status, reason) ->
        refusal(operation.getResponses(), Integer.toString(status), String.valueOf(reason)));
  }

  private static boolean takes(HandlerMethod handler, Class<?> type) {
    return Arrays.stream(handler.getMethodParameters())
        .anyMatch(parameter -> parameter.getParameterType() == type);
  }

  private static void refusal(ApiResponses responses, String status, String description) {
    responses.addApiResponse(
        status,
        new ApiResponse()
            .description(description)
            .content(
                new Content()
                    .addMediaType(
                        MediaType.APPLICATION_PROBLEM_JSON_VALUE,
                        new io.swagger.v3.oas.models.media.MediaType()
                            .schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM)))));
  }

  /** Bodies that a handler reads or writes by itself. */
  private static void bodies(Operation operation, HandlerMethod handler) {
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
    if (mapping == null) {
      return;
    }
    if (takes(handler, HttpServletRequest.class) && mapping.consumes().length > 0) {
      operation.setRequestBody(
          new RequestBody().required(true).content(ofBytes(mapping.consumes())));
    }
    ApiResponse success = operation.getResponses().get("200");
    if (takes(handler, HttpServletResponse.class)
        && handler.getReturnType().getParameterType() == void.class
        && success != null) {
      success.setContent(ofBytes(mapping.produces()));
    }
  }

  private static Content ofBytes(String... types) {
    Content content = new Content();
    for (String type : types) {
      content.addMediaType(
          type,
          new io.swagger.v3.oas.models.media.MediaType()
              .schema(new StringSchema().format("binary")));
    }
    return content;
  }

  private static void headers(Operation operation, HandlerMethod handler) {
    for (var parameter : handler.getMethodParameters()) {
      if (parameter.getParameterType() == IdempotencyKey.class) {
        operation.addParametersItem(
            new HeaderParameter()
                .name(IdempotencyKey.HEADER)
                .description("The caller's name for this intent; the same key, the same answer.")
                .schema(new StringSchema().minLength(1).maxLength(255)));
      }
      if (parameter.getParameterType() == Buyer.class) {
        operation.addParametersItem(
            new HeaderParameter()
                .name(CallerFilter.GUEST_HEADER)
                .description(
                    "Names a guest; the first answer to a guest carries it, also as a cookie.")
                .schema(new StringSchema()));
      }
    }
  }
}
