@NullMarked
package orders.notifier;

import org.jspecify.annotations.NullMarked;
