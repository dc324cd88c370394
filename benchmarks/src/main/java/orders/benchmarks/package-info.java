/** What the pipeline costs and how fast it is, measured from outside. */
@NullMarked
package orders.benchmarks;

import org.jspecify.annotations.NullMarked;
