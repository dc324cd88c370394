/** What an HTTP API says to its function and hears back, as values. */
@NullMarked
package orders.api.http;

import org.jspecify.annotations.NullMarked;
