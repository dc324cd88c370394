/** A local OIDC issuer with a few demo customers. */
@NullMarked
package localcloud.identity;

import org.jspecify.annotations.NullMarked;
