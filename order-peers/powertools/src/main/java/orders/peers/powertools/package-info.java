/** A function as Powertools' examples are: to be measured against. */
@NullMarked
package orders.peers.powertools;

import org.jspecify.annotations.NullMarked;
