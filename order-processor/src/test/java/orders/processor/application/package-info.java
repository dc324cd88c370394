@NullMarked
package orders.processor.application;

import org.jspecify.annotations.NullMarked;
