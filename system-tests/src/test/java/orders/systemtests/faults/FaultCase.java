package orders.systemtests.faults;

import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A case: a run at a shared pipeline, faults that end with the test, and the checker at its end,
 * which has the last word whatever else a test looks at.
 */
@RunTemplate(instance = "faults")
abstract class FaultCase extends PipelineCase {
  @BeforeEach
  void begin(LocalCloud cloud) throws InterruptedException {
    open(cloud.invokePort());
  }

  @AfterEach
  void end() throws InterruptedException {
    close();
  }
}
