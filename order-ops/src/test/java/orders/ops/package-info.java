/** The recovery commands where no pipeline is needed; the rest is tested on a running one. */
@NullMarked
package orders.ops;

import org.jspecify.annotations.NullMarked;
