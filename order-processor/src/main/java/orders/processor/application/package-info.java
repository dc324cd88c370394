/** What is done with a batch of commands, and what it needs to do it. */
@NullMarked
package orders.processor.application;

import org.jspecify.annotations.NullMarked;
