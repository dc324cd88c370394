/** Compares what clients, subscribers, table and queues saw with what the pipeline promises. */
@NullMarked
package orders.systemtests.checker;

import org.jspecify.annotations.NullMarked;
