@NullMarked
package orders.wire;

import org.jspecify.annotations.NullMarked;
