/** Tests of the capacity and cost model. */
@NullMarked
package orders.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
