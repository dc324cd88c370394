/** Plans of faults and their shrinking; the short run of every build. */
@NullMarked
package orders.systemtests.chaos;

import org.jspecify.annotations.NullMarked;
