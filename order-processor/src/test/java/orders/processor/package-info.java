@NullMarked
package orders.processor;

import org.jspecify.annotations.NullMarked;
