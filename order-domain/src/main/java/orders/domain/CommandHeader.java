package orders.domain;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What every command carries.
 *
 * @param commandId the same for every delivery of this command
 * @param by who asked: the {@code sub} of the caller
 * @param acceptedAt when the API accepted it, to the millisecond
 * @param fingerprint of what was asked
 * @param expectedVersion the version the caller saw; empty for any
 */
public record CommandHeader(
    CommandId commandId,
    OrderId orderId,
    CustomerId by,
    CorrelationId correlationId,
    Instant acceptedAt,
    Fingerprint fingerprint,
    OptionalLong expectedVersion) {}
