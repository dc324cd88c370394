/** HTTP/1.1 on plain sockets: strict framing, one virtual thread for each connection. */
@NullMarked
package localcloud.wire;

import org.jspecify.annotations.NullMarked;
