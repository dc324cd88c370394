/**
 * What a rate of orders takes and costs on AWS, computed: no measurement, but sizes of real items.
 */
@NullMarked
package orders.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
