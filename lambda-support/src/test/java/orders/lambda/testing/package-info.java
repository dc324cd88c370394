/** What the functions' own tests share: what a package may hold, and names made to collide. */
@NullMarked
package orders.lambda.testing;

import org.jspecify.annotations.NullMarked;
