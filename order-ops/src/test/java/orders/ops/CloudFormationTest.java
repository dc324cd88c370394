package orders.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CloudFormationTest {
  private static byte[] xml(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void reads_the_outputs_of_a_stack() {
    byte[] answer =
        xml(
            """
            <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
              <DescribeStacksResult><Stacks><member><Outputs>
                <member><OutputKey>OrdersTableName</OutputKey><OutputValue>t-1</OutputValue></member>
                <member><OutputKey>ApiUrl</OutputKey><OutputValue>https://x</OutputValue></member>
              </Outputs></member></Stacks></DescribeStacksResult>
            </DescribeStacksResponse>
            """);

    assertThat(CloudFormation.read(200, answer, "orders"))
        .containsEntry("OrdersTableName", "t-1")
        .containsEntry("ApiUrl", "https://x");
  }

  @Test
  void tells_why_a_stack_cannot_be_read() {
    byte[] answer =
        xml(
            """
            <ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error>
            <Code>ValidationError</Code><Message>Stack with id x does not exist</Message>
            </Error></ErrorResponse>
            """);

    assertThatThrownBy(() -> CloudFormation.read(400, answer, "x"))
        .isInstanceOf(OpsException.class)
        .hasMessageContaining("Stack with id x does not exist");
  }

  @Test
  void follows_no_entity_of_a_strange_answer() {
    byte[] answer = xml("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>");

    assertThatThrownBy(() -> CloudFormation.read(200, answer, "x"))
        .isInstanceOf(OpsException.class);
  }
}
