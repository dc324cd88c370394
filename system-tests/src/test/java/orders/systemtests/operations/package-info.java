/** What an operator sees of a running pipeline: its lines, its metrics, its traces. */
@NullMarked
package orders.systemtests.operations;

import org.jspecify.annotations.NullMarked;
