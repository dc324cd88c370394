/** What the API does, told without HTTP and without AWS. */
@NullMarked
package orders.api.application;

import org.jspecify.annotations.NullMarked;
