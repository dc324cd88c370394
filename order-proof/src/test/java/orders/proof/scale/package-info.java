/** Tests of the capacity and cost model. */
@NullMarked
package orders.proof.scale;

import org.jspecify.annotations.NullMarked;
