/** Functions as real processes: Runtime API, workers, Invoke API. */
@NullMarked
package localcloud.functions;

import org.jspecify.annotations.NullMarked;
