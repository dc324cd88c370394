@NullMarked
package orders.wire.dynamodb;

import org.jspecify.annotations.NullMarked;
