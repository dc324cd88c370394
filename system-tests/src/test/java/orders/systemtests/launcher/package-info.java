/** {@code ./orders} itself, as a shell runs it. */
@NullMarked
package orders.systemtests.launcher;

import org.jspecify.annotations.NullMarked;
