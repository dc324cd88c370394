/**
 * The HTTP API's front: routes, payload format 2.0, JWT authorizer, CORS, the gateway's answers.
 */
@NullMarked
package localcloud.http;

import org.jspecify.annotations.NullMarked;
