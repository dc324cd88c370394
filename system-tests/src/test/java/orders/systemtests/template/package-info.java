/**
 * What template.yaml says twice, or says of the code: each pair that must agree is compared here.
 */
@NullMarked
package orders.systemtests.template;

import org.jspecify.annotations.NullMarked;
