/** What happened here lately, for the trail of one key and the live view. */
@NullMarked
package localcloud.journal;

import org.jspecify.annotations.NullMarked;
