/** Holds HTTP exchanges against an OpenAPI document: for tests and for the chaos's checker. */
@NullMarked
package orders.openapi;

import org.jspecify.annotations.NullMarked;
