/** A function for the tests of functions: packaged at test time, run in processes of its own. */
@NullMarked
package localcloud.probe;

import org.jspecify.annotations.NullMarked;
