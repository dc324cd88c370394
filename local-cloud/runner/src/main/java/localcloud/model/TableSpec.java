package localcloud.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A table (AWS::DynamoDB::Table).
 *
 * @param logicalId logical id in the template
 * @param name physical name
 * @param createTable the {@code CreateTable} request in DynamoDB's JSON, {@code TableName} included
 * @param streamViewType present if the table has a stream
 * @param timeToLiveAttribute present if items expire
 */
public record TableSpec(
    String logicalId,
    String name,
    JsonNode createTable,
    Optional<String> streamViewType,
    Optional<String> timeToLiveAttribute) {}
