/**
 * A careful client of the public API that writes down every call: invoked, answered, or unknown.
 */
@NullMarked
package orders.systemtests.client;

import org.jspecify.annotations.NullMarked;
