@NullMarked
package orders.openapi;

import org.jspecify.annotations.NullMarked;
