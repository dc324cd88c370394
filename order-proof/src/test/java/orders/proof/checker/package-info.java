/** The checker against histories that are good, and broken on purpose. */
@NullMarked
package orders.proof.checker;

import org.jspecify.annotations.NullMarked;
