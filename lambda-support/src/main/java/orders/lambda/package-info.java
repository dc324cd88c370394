/**
 * What every function needs and no order knows of: its environment, its clients of AWS, its log
 * lines, its metrics, its time.
 */
@NullMarked
package orders.lambda;

import org.jspecify.annotations.NullMarked;
