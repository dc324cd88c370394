/**
 * What an order is and what may become of it. Pure: nothing here reads, writes, logs or asks for
 * the time.
 */
@NullMarked
package orders.domain;

import org.jspecify.annotations.NullMarked;
