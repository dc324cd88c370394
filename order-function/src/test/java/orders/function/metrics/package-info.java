@NullMarked
package orders.function.metrics;

import org.jspecify.annotations.NullMarked;
