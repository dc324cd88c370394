/** Powertools metrics in the embedded metric format, written without data binding. */
@NullMarked
package orders.function.metrics;

import org.jspecify.annotations.NullMarked;
