/** Powertools metrics in the embedded metric format, written without data binding. */
@NullMarked
package orders.lambda.metrics;

import org.jspecify.annotations.NullMarked;
