/** Runs a SAM template on one machine. */
@NullMarked
package localcloud;

import org.jspecify.annotations.NullMarked;
