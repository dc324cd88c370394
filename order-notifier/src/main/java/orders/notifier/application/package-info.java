/** From a stream record to at most one event, and in which order events are published. */
@NullMarked
package orders.notifier.application;

import org.jspecify.annotations.NullMarked;
