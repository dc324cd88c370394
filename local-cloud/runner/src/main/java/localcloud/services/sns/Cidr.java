package localcloud.services.sns;

import java.util.Arrays;
import java.util.Optional;

/** A range of IP addresses, {@code 10.0.0.0/24} or {@code fd00::/8}. */
record Cidr(byte[] network, int prefixBits) {

  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    int bits = Integer.parseInt(text.substring(slash + 1));
    return address(text.substring(0, slash))
        .filter(network -> bits <= network.length * 8)
        .map(network -> new Cidr(network, bits));
  }

  boolean contains(String text) {
    return address(text).filter(this::holds).isPresent();
  }

  private boolean holds(byte[] address) {
    if (address.length != network.length) {
      return false;
    }
    int whole = prefixBits / 8;
    if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
      return false;
    }
    int rest = prefixBits % 8;
    int mask = 0xff << (8 - rest);
    return rest == 0 || ((address[whole] ^ network[whole]) & mask) == 0;
  }

  /** Reads an address without ever asking a name server. */
  private static Optional<byte[]> address(String text) {
    return text.contains(":") ? six(text) : four(text);
  }

  private static Optional<byte[]> four(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] address = new byte[4];
    if (parts.length != 4) {
      return Optional.empty();
    }
    for (int i = 0; i < 4; i++) {
      if (!parts[i].matches("[0-9]{1,3}") || Integer.parseInt(parts[i]) > 255) {
        return Optional.empty();
      }
      address[i] = (byte) Integer.parseInt(parts[i]);
    }
    return Optional.of(address);
  }

  private static Optional<byte[]> six(String text) {
    int gap = text.indexOf("::");
    String[] head = groups(gap < 0 ? text : text.substring(0, gap));
    String[] tail = gap < 0 ? new String[0] : groups(text.substring(gap + 2));
    int given = head.length + tail.length;
    if (gap < 0 ? given != 8 : given > 7) {
      return Optional.empty();
    }
    byte[] address = new byte[16];
    for (int i = 0; i < head.length; i++) {
      if (!put(head[i], address, i)) {
        return Optional.empty();
      }
    }
    for (int i = 0; i < tail.length; i++) {
      if (!put(tail[i], address, 8 - tail.length + i)) {
        return Optional.empty();
      }
    }
    return Optional.of(address);
  }

  private static String[] groups(String text) {
    return text.isEmpty() ? new String[0] : text.split(":", -1);
  }

  private static boolean put(String group, byte[] address, int index) {
    if (!group.matches("[0-9a-fA-F]{1,4}")) {
      return false;
    }
    int value = Integer.parseInt(group, 16);
    address[index * 2] = (byte) (value >> 8);
    address[index * 2 + 1] = (byte) value;
    return true;
  }
}
