@NullMarked
package orders.processor.aws;

import org.jspecify.annotations.NullMarked;
