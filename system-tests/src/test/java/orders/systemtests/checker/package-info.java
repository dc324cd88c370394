/** The checker against histories that are good, and broken on purpose. */
@NullMarked
package orders.systemtests.checker;

import org.jspecify.annotations.NullMarked;
