/**
 * The services that functions and their callers use: DynamoDB Local and ElasticMQ as processes, a
 * small SNS, and the front that watches, checks and disturbs the calls to them.
 */
@NullMarked
package localcloud.services;

import org.jspecify.annotations.NullMarked;
