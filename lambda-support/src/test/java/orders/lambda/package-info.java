@NullMarked
package orders.lambda;

import org.jspecify.annotations.NullMarked;
