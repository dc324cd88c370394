/**
 * What a template asks for, with every intrinsic function resolved: the one language the rooms
 * share.
 */
@NullMarked
package localcloud.model;

import org.jspecify.annotations.NullMarked;
