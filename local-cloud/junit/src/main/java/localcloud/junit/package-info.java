/** Gives a test a template that runs on this machine. */
@NullMarked
package localcloud.junit;

import org.jspecify.annotations.NullMarked;
