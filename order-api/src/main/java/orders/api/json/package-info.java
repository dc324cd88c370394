/** A small bounded JSON: a tree that keeps numbers as they were written. */
@NullMarked
package orders.api.json;

import org.jspecify.annotations.NullMarked;
