/** {@code ./orders} itself, as a shell runs it. */
@NullMarked
package orders.proof.launcher;

import org.jspecify.annotations.NullMarked;
