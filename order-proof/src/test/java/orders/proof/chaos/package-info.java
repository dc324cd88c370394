/** Plans of faults and their shrinking; the short run of every build. */
@NullMarked
package orders.proof.chaos;

import org.jspecify.annotations.NullMarked;
