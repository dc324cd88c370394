/** A small SNS: topics, subscriptions, filter policies, delivery. */
@NullMarked
package localcloud.services.sns;

import org.jspecify.annotations.NullMarked;
