/** What all these tests share. */
@NullMarked
package orders.systemtests;

import org.jspecify.annotations.NullMarked;
