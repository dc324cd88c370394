package orders.api.application;

import java.time.Instant;
import orders.domain.CorrelationId;
import orders.domain.CustomerId;

/**
 * What a command takes from the request that brought it first. It is kept with the key, so that a
 * retry after an unknown outcome sends the same command, byte for byte.
 *
 * @param at when the request was accepted, to the millisecond
 * @param by who sent it
 */
public record Acceptance(Instant at, CustomerId by, CorrelationId correlationId) {}
