/** The runner's own side of the invoke port: {@code /_local/…}. */
@NullMarked
package localcloud.control;

import org.jspecify.annotations.NullMarked;
