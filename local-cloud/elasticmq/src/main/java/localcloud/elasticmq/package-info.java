/** ElasticMQ in a process of its own, with a class path of its own. */
@NullMarked
package localcloud.elasticmq;

import org.jspecify.annotations.NullMarked;
