/** The least that a function can cost which calls a service through the AWS SDK. */
@NullMarked
package orders.benchmarks.baselines.floor;

import org.jspecify.annotations.NullMarked;
