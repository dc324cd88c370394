/** What runs inside a function's process: Lambda's own runtime client, or a plain stand-in. */
@NullMarked
package localcloud.runtime;

import org.jspecify.annotations.NullMarked;
