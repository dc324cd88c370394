/** Load and faults from a seed, against a running pipeline. */
@NullMarked
package orders.systemtests.chaos;

import org.jspecify.annotations.NullMarked;
