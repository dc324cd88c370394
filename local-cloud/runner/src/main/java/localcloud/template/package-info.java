/**
 * Reads a SAM template, every intrinsic function resolved, and refuses by name what it does not
 * honour.
 */
@NullMarked
package localcloud.template;

import org.jspecify.annotations.NullMarked;
