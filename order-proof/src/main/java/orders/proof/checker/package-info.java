/** Compares what clients, subscribers, table and queues saw with what the pipeline promises. */
@NullMarked
package orders.proof.checker;

import org.jspecify.annotations.NullMarked;
