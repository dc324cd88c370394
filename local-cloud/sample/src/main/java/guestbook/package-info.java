/** A guest book: a small SAM project to run on local-cloud. */
@NullMarked
package guestbook;

import org.jspecify.annotations.NullMarked;
