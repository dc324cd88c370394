package localcloud.http;

import localcloud.identity.LocalIssuer;

/** Checks tokens against the issuers' keys. */
public final class TokenVerifier {
  /** Creates one that knows the local issuer's keys, and asks any other issuer for its own. */
  public TokenVerifier(LocalIssuer local) {}
}
