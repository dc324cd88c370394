package orders.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How and when an order left. */
public record Shipment(
    Instant shippedAt, @Nullable String carrier, @Nullable String trackingNumber) {}
