/** The ports of this function on DynamoDB and SQS. */
@NullMarked
package orders.processor.aws;

import org.jspecify.annotations.NullMarked;
