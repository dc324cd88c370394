package orders.systemtests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./orders deploy}, with a program in the AWS CLI's place that writes its calls down. */
class DeployIT {
  /** Answers as the AWS CLI would, from variables of the test. */
  private static final String AWS =
      """
      echo "aws $*" >>"$CALLS"
      case "$1 $2" in
        'sts get-caller-identity') echo 123456789012 ;;
        'lambda get-account-settings') echo "${QUOTA:-1000}" ;;
        'kms describe-key') echo Enabled ;;
        'kms get-key-policy') echo '{"Principal":{"Service":"sns.amazonaws.com"}}' ;;
        'cloudformation describe-stack-resource') echo "${TABLE:-orders-dev-OrdersTable-1}" ;;
        'cloudformation describe-stacks')
          case "$*" in
            *Parameters*) [ -n "${BEFORE:-}" ] && printf '%b\\n' "$BEFORE" || exit 254 ;;
            *ConsoleUrl*) echo https://d1.cloudfront.net/console/ ;;
            *ConsoleBucketName*) echo orders-console ;;
            *ConsoleConfig*) echo '{}' ;;
            *) echo 'the outputs' ;;
          esac
          ;;
        'cloudformation deploy')
          case "$*" in
            *--no-execute-changeset*)
              echo 'Changeset created. Run:'
              echo 'aws cloudformation describe-change-set --change-set-name arn:change-set'
              ;;
          esac
          ;;
        's3 cp') cat >/dev/null ;;
      esac
      """;

  private final Launcher launcher;
  private final Path calls;
  private final Map<String, String> environment = new HashMap<>();

  DeployIT(@TempDir Path folder) throws IOException {
    launcher = new Launcher(Files.createDirectory(folder.resolve("programs")));
    launcher.program("aws", AWS);
    calls = folder.resolve("calls");
    environment.put("CALLS", calls.toString());
  }

  @Test
  void one_parameter_keeps_the_stages_others() throws Exception {
    deploys("prod", "--yes", "LogLevel=WARN");

    assertThat(deployment())
        .contains("--stack-name orders-prod")
        .contains(" Stage=prod", " LogRetentionDays=90", " ProcessorMaximumConcurrency=100")
        .contains(" LogLevel=WARN")
        .containsPattern(" Release=[0-9a-f]{20}$");
  }

  @Test
  void a_parameter_or_a_restored_table_is_another_release_and_the_same_again_is_not()
      throws Exception {
    String first = release("LogLevel=INFO");

    assertThat(release("LogLevel=INFO")).isEqualTo(first);
    assertThat(release("LogLevel=WARN")).isNotEqualTo(first);
    environment.put("BEFORE", "Stage=dev\\tDefaultCurrency=USD");
    assertThat(release("LogLevel=INFO")).isNotEqualTo(first);
    environment.remove("BEFORE");
    environment.put("TABLE", "orders-restored");
    assertThat(release("LogLevel=INFO")).isNotEqualTo(first);
  }

  @Test
  void production_is_changed_by_nobody_who_did_not_say_yes() throws Exception {
    Launcher.Ran ran = deploy("prod");

    assertThat(ran.status()).as(ran.output()).isOne();
    assertThat(calls()).noneMatch(call -> call.startsWith("aws cloudformation deploy"));
  }

  @Test
  void a_dry_run_shows_the_change_set_and_leaves_nothing() throws Exception {
    deploys("prod", "--dry-run");

    assertThat(calls())
        .filteredOn(call -> call.startsWith("aws cloudformation deploy"))
        .allMatch(call -> call.contains("--no-execute-changeset"))
        .hasSize(1);
    assertThat(calls().getLast())
        .isEqualTo("aws cloudformation delete-change-set --change-set-name arn:change-set");
  }

  @Test
  void the_consoles_address_comes_back_in_a_second_pass() throws Exception {
    deploys("dev", "Console=on");

    List<String> passes =
        calls().stream().filter(call -> call.startsWith("aws cloudformation deploy")).toList();
    assertThat(passes).hasSize(2);
    assertThat(passes.get(0)).doesNotContain("ConsoleUrl=");
    assertThat(passes.get(1))
        .contains(" ConsoleUrl=https://d1.cloudfront.net/console/", " Console=on", " Stage=dev");
    assertThat(calls()).anyMatch(call -> call.startsWith("aws s3 sync"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QUOTA=10 | LogLevel=INFO | Lambda may run 10 workers at once",
        "BEFORE=Stage=prod | LogLevel=INFO | is of stage prod",
        "QUOTA=1000 | Stage=prod | Stage is set by --stage alone",
        "QUOTA=1000 | LogLevle=INFO | has no parameter LogLevle",
        "QUOTA=1000 | Failover=primary | Failover needs DomainName and HostedZoneId",
        "QUOTA=1000 | DomainName=api.example.com | DomainName needs CertificateArn",
        "QUOTA=1000 | EmailFrom=a@example.com | EmailFrom needs EmailIdentityArn",
        "QUOTA=1000 | EncryptionKeyArn=arn:key | does not let cloudwatch.amazonaws.com use it",
      })
  void what_would_not_work_is_refused_before_anything_is_made(
      String variable, String parameter, String message) throws Exception {
    int equals = variable.indexOf('=');
    environment.put(variable.substring(0, equals), variable.substring(equals + 1));

    Launcher.Ran ran = deploy("dev", parameter);

    assertThat(ran.status()).as(ran.output()).isPositive();
    assertThat(ran.output()).contains(message);
    assertThat(calls()).noneMatch(call -> call.contains("cloudformation package"));
  }

  private Launcher.Ran deploy(String stage, String... more) throws Exception {
    String[] arguments = new String[more.length + 5];
    List.of("deploy", "--stage", stage, "--bucket", "packages").toArray(arguments);
    System.arraycopy(more, 0, arguments, 5, more.length);
    Files.deleteIfExists(calls);
    return launcher.run(environment, arguments);
  }

  private void deploys(String stage, String... more) throws Exception {
    Launcher.Ran ran = deploy(stage, more);
    assertThat(ran.status()).as(ran.output()).isZero();
  }

  private String release(String parameter) throws Exception {
    deploys("dev", parameter);
    String deployment = deployment();
    return deployment.substring(deployment.indexOf(" Release="));
  }

  private String deployment() throws IOException {
    return calls().stream()
        .filter(call -> call.startsWith("aws cloudformation deploy"))
        .findFirst()
        .orElseThrow();
  }

  private List<String> calls() throws IOException {
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }
}
