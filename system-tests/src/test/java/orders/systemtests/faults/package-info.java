/** What can go wrong, one case a test, each with its expected outcome. */
@NullMarked
package orders.systemtests.faults;

import org.jspecify.annotations.NullMarked;
