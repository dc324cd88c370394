/** A function as Powertools' examples are: to be measured against. */
@NullMarked
package orders.benchmarks.baselines.powertools;

import org.jspecify.annotations.NullMarked;
