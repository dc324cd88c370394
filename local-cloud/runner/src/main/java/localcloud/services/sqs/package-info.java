/** What SQS does and ElasticMQ does not, done in the front before it. */
@NullMarked
package localcloud.services.sqs;

import org.jspecify.annotations.NullMarked;
