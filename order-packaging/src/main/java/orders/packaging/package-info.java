/** The last step of a function's package: what its jars hold is made quick to load. */
package orders.packaging;
