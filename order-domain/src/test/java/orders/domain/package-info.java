/** Tests of the domain, and the builders that other modules' tests start from. */
@NullMarked
package orders.domain;

import org.jspecify.annotations.NullMarked;
