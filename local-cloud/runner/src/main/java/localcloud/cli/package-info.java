/** The command line: runs a template, and asks a running instance. */
@NullMarked
package localcloud.cli;

import org.jspecify.annotations.NullMarked;
