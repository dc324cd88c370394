/** The JSON of Lambda's events and responses, to and from the types of aws-lambda-java-events. */
@NullMarked
package orders.lambda.events;

import org.jspecify.annotations.NullMarked;
