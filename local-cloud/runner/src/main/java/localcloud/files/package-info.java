/** Files that a runner keeps for the processes it starts. */
@NullMarked
package localcloud.files;

import org.jspecify.annotations.NullMarked;
