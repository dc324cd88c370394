/**
 * Documents and the workflow: that their links lead somewhere, and that nothing moves under them.
 */
@NullMarked
package orders.systemtests.documents;

import org.jspecify.annotations.NullMarked;
