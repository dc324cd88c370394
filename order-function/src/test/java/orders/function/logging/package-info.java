@NullMarked
package orders.function.logging;

import org.jspecify.annotations.NullMarked;
