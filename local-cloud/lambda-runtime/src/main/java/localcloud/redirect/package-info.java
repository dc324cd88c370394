/** Keeps calls of older AWS SDKs, which ignore {@code AWS_ENDPOINT_URL}, on this machine. */
@NullMarked
package localcloud.redirect;

import org.jspecify.annotations.NullMarked;
