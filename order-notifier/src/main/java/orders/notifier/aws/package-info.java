/** The ports of this function on SNS. */
@NullMarked
package orders.notifier.aws;

import org.jspecify.annotations.NullMarked;
