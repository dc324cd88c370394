/** Input that nobody meant to send: no edge may answer it with anything undocumented. */
@NullMarked
package orders.systemtests.fuzz;

import org.jspecify.annotations.NullMarked;
