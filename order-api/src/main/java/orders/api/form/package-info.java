/**
 * One place that turns what callers send into what the domain knows, reporting all that is wrong at
 * once.
 */
@NullMarked
package orders.api.form;

import org.jspecify.annotations.NullMarked;
