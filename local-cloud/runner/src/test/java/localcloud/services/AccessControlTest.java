package localcloud.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import localcloud.model.PolicyStatement;
import localcloud.services.ServiceCall.Access;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessControlTest {
  @ParameterizedTest
  @CsvSource({
    "sqs:SendMessage, arn:q1, true",
    "SQS:sendmessage, arn:q1, true",
    "sqs:*, arn:q1, true",
    "sqs:Send*, arn:q?, true",
    "*, *, true",
    "sqs:SendMessage, arn:q2, false",
    "sqs:SendMessage, ARN:Q1, false",
    "sqs:SendMessag, arn:q1, false",
    "sqs:SendMessage?, arn:q1, false"
  })
  void actions_compare_without_case_and_resources_with(
      String action, String resource, boolean allowed) {
    var statement = new PolicyStatement(true, List.of(action), List.of(resource));

    assertThat(AccessControl.isAllowed(List.of(statement), new Access("sqs:SendMessage", "arn:q1")))
        .isEqualTo(allowed);
  }

  @Test
  void a_denial_wins() {
    var everything = new PolicyStatement(true, List.of("*"), List.of("*"));
    var not = new PolicyStatement(false, List.of("sqs:Send*"), List.of("*"));

    assertThat(
            AccessControl.isAllowed(
                List.of(everything, not), new Access("sqs:SendMessage", "arn:q1")))
        .isFalse();
  }

  @Test
  void a_pattern_of_many_stars_takes_no_time() {
    assertThat(Glob.matches("*a".repeat(50) + "b", "a".repeat(20_000))).isFalse();
  }
}
