@NullMarked
package orders.function;

import org.jspecify.annotations.NullMarked;
