/**
 * Log lines for Powertools logging, one JSON object each, written by what SLF4J needs and no more:
 * a logging framework's start-up would be most of a cold start.
 */
@NullMarked
package orders.lambda.logging;

import org.jspecify.annotations.NullMarked;
