/** Event source mappings: queues and streams feeding functions, as Lambda's pollers do. */
@NullMarked
package localcloud.events;

import org.jspecify.annotations.NullMarked;
