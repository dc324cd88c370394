@NullMarked
package orders.notifier.application;

import org.jspecify.annotations.NullMarked;
