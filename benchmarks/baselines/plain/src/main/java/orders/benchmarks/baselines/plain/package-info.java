/** A function as most are written: to be measured against, not to be copied. */
@NullMarked
package orders.benchmarks.baselines.plain;

import org.jspecify.annotations.NullMarked;
