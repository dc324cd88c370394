package localcloud.template;

/**
 * One resource of the template that its condition lets exist.
 *
 * @param properties with the globals merged in, before or after the intrinsic functions were
 *     replaced
 */
record Resource(String logicalId, String type, Place place, Tree.Fields properties) {
  Props props() {
    return new Props(logicalId, properties);
  }

  boolean is(String wanted) {
    return type.equals(wanted);
  }

  Resource with(Tree.Fields others) {
    return new Resource(logicalId, type, place, others);
  }
}
