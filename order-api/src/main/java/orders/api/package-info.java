/** Edge of the order-api function: HTTP in; commands out to the queue; reads from the table. */
@NullMarked
package orders.api;

import org.jspecify.annotations.NullMarked;
