/**
 * What customers, the back office and subscribers do, through the front door of a running pipeline.
 */
@NullMarked
package orders.systemtests.journeys;

import org.jspecify.annotations.NullMarked;
