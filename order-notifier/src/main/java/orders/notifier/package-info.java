/** The order-notifier function: stream records in, events out to the topic. */
@NullMarked
package orders.notifier;

import org.jspecify.annotations.NullMarked;
