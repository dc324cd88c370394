/** The ports on DynamoDB and SQS. */
@NullMarked
package orders.api.aws;

import org.jspecify.annotations.NullMarked;
