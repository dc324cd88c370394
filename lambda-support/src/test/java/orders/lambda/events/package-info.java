@NullMarked
package orders.lambda.events;

import org.jspecify.annotations.NullMarked;
