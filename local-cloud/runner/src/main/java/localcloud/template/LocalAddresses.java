package localcloud.template;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import localcloud.model.Arns;

/** Addresses as AWS writes them, turned into those of this machine. */
final class LocalAddresses {
  static final String API_SUFFIX = ".execute-api." + Arns.REGION + ".amazonaws.com";

  private final Map<String, String> replacements = new LinkedHashMap<>();

  LocalAddresses(Inputs inputs) {
    for (Map.Entry<String, URI> api : inputs.apiUrls().entrySet()) {
      replacements.put("https://" + apiId(api.getKey()) + API_SUFFIX, api.getValue().toString());
    }
    replacements.put("https://sqs." + Arns.REGION + ".amazonaws.com", inputs.sqsUrl().toString());
  }

  /** Returns the id of an API: ten letters and digits, the same at every start. */
  static String apiId(String logicalId) {
    CRC32 crc = new CRC32();
    crc.update(logicalId.getBytes(StandardCharsets.UTF_8));
    String hash = Long.toString(crc.getValue(), 36);
    return "local00000".substring(0, Math.max(3, 10 - hash.length())) + hash;
  }

  String localize(String text) {
    String local = text;
    for (Map.Entry<String, String> replacement : replacements.entrySet()) {
      local = local.replace(replacement.getKey(), replacement.getValue());
    }
    return local;
  }
}
