@NullMarked
package orders.lambda.metrics;

import org.jspecify.annotations.NullMarked;
