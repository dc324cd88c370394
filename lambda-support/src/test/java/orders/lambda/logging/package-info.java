@NullMarked
package orders.lambda.logging;

import org.jspecify.annotations.NullMarked;
