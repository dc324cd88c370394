/** The console in a real browser, through a running pipeline. */
@NullMarked
package orders.proof.console;

import org.jspecify.annotations.NullMarked;
