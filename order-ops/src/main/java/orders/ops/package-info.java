/**
 * What a person does when something was left behind: redrive, replay, reconcile. Each works by the
 * SDK alone, here as on AWS.
 */
@NullMarked
package orders.ops;

import org.jspecify.annotations.NullMarked;
