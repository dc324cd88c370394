/** DynamoDB Local in a process of its own, with a class path of its own. */
@NullMarked
package localcloud.dynamodb;

import org.jspecify.annotations.NullMarked;
