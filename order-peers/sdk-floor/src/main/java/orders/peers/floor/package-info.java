/** The least that a function can cost which calls a service through the AWS SDK. */
@NullMarked
package orders.peers.floor;

import org.jspecify.annotations.NullMarked;
