package orders.ops;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AttributeType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.AuthFlowType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.MessageActionType;

/**
 * A stack on AWS. Its customer is a user of the stack's pool that is made for the test and removed
 * after it, or, where the tokens come from elsewhere, the owner of a given token.
 */
final class AwsSurroundings implements Surroundings {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** How many names one call takes. */
  private static final int MAX_ALARMS = 100;

  private final Map<String, String> outputs;
  private final Optional<String> givenToken;
  private final CognitoIdentityProviderClient users;
  private final CloudWatchLogsClient logs;
  private final CloudWatchClient alarms;
  private final Instant started = Instant.now().minus(Duration.ofMinutes(1));
  private final List<String> logGroups = new ArrayList<>();
  private final List<String> alarmNames = new ArrayList<>();
  private @Nullable String user;

  /**
   * @param givenToken empty for a user of the stack's own pool
   */
  AwsSurroundings(
      String stackName,
      Map<String, String> outputs,
      Optional<String> givenToken,
      StackFinder.Clients clients) {
    this.outputs = Map.copyOf(outputs);
    this.givenToken = givenToken;
    users = clients.built(CognitoIdentityProviderClient.builder());
    logs = clients.built(CloudWatchLogsClient.builder());
    alarms = clients.built(CloudWatchClient.builder());
    try (CloudFormationClient stacks = clients.built(CloudFormationClient.builder())) {
      for (StackResourceSummary resource :
          stacks
              .listStackResourcesPaginator(list -> list.stackName(stackName))
              .stackResourceSummaries()) {
        if (resource.logicalResourceId().matches("Order[A-Za-z]+LogGroup")) {
          logGroups.add(resource.physicalResourceId());
        } else if (resource.resourceType().equals("AWS::CloudWatch::Alarm")) {
          alarmNames.add(resource.physicalResourceId());
        }
      }
    }
  }

  @Override
  public String token() {
    if (givenToken.isPresent()) {
      return givenToken.get();
    }
    String pool = outputs.get("UserPoolId");
    if (pool == null) {
      throw new OpsException(
          "the stack has no user pool; give a customer's token in the variable ORDERS_TOKEN");
    }
    String name = "smoke-" + UUID.randomUUID() + "@example.com";
    String password = password();
    users.adminCreateUser(
        create ->
            create
                .userPoolId(pool)
                .username(name)
                .messageAction(MessageActionType.SUPPRESS)
                .userAttributes(
                    AttributeType.builder().name("email").value(name).build(),
                    AttributeType.builder().name("email_verified").value("true").build()));
    user = name;
    users.adminSetUserPassword(
        set -> set.userPoolId(pool).username(name).password(password).permanent(true));
    return users
        .adminInitiateAuth(
            begin ->
                begin
                    .userPoolId(pool)
                    .clientId(outputs.get("UserPoolClientId"))
                    .authFlow(AuthFlowType.ADMIN_USER_PASSWORD_AUTH)
                    .authParameters(Map.of("USERNAME", name, "PASSWORD", password)))
        .authenticationResult()
        .accessToken();
  }

  private static String password() {
    byte[] random = new byte[24];
    RANDOM.nextBytes(random);
    return Base64.getUrlEncoder().encodeToString(random) + "aA1!"; // what a pool may ask for
  }

  @Override
  public int logLines(String correlationId, String orderId) {
    int lines = 0;
    for (String group : logGroups) {
      lines +=
          (int)
              logs
                  .filterLogEventsPaginator(
                      filter ->
                          filter
                              .logGroupName(group)
                              .startTime(started.toEpochMilli())
                              .filterPattern(
                                  "{ $.correlation_id = \"%s\" && $.order_id = \"%s\" }"
                                      .formatted(correlationId, orderId)))
                  .stream()
                  .mapToLong(page -> page.events().size())
                  .sum();
    }
    return lines;
  }

  @Override
  public List<String> ringingAlarms() {
    List<String> ringing = new ArrayList<>();
    for (int from = 0; from < alarmNames.size(); from += MAX_ALARMS) {
      List<String> some = alarmNames.subList(from, Math.min(from + MAX_ALARMS, alarmNames.size()));
      alarms
          .describeAlarms(
              describe ->
                  describe.alarmNames(some).stateValue(StateValue.ALARM).maxRecords(MAX_ALARMS))
          .metricAlarms()
          .stream()
          .map(MetricAlarm::alarmName)
          .forEach(ringing::add);
    }
    return List.copyOf(ringing);
  }

  @Override
  public void close() {
    try (users;
        logs;
        alarms) {
      if (user != null) {
        users.adminDeleteUser(
            delete -> delete.userPoolId(outputs.get("UserPoolId")).username(user));
      }
    }
  }
}
