/** The console in a real browser, through a running pipeline. */
@NullMarked
package orders.systemtests.console;

import org.jspecify.annotations.NullMarked;
