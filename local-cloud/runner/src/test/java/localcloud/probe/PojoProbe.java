package localcloud.probe;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.List;
import java.util.Map;

/** A handler of mapped values: sums what is in a list. */
public final class PojoProbe implements RequestHandler<Map<String, List<Integer>>, Integer> {
  @Override
  public Integer handleRequest(Map<String, List<Integer>> event, Context context) {
    return event.values().stream().flatMap(List::stream).mapToInt(Integer::intValue).sum();
  }
}
