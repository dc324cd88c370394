@NullMarked
package orders.notifier.aws;

import org.jspecify.annotations.NullMarked;
