/** What all these tests share. */
@NullMarked
package orders.proof;

import org.jspecify.annotations.NullMarked;
