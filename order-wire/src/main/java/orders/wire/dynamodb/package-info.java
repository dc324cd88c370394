/** Items as the AWS SDK has them; for modules that bring the SDK's DynamoDB client. */
@NullMarked
package orders.wire.dynamodb;

import org.jspecify.annotations.NullMarked;
