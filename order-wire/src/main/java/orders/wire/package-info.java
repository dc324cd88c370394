/**
 * The written forms of an order and nothing else: queue message, table item, published event, and
 * the JSON of the API's answers. A form is first a tree of {@link orders.wire.Value}, then bytes.
 */
@NullMarked
package orders.wire;

import org.jspecify.annotations.NullMarked;
