/**
 * Documents and the workflow: that their links lead somewhere, and that nothing moves under them.
 */
@NullMarked
package orders.proof.documents;

import org.jspecify.annotations.NullMarked;
