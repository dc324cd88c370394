/** The order-processor function: queue messages in, conditional writes to the Orders table. */
@NullMarked
package orders.processor;

import org.jspecify.annotations.NullMarked;
