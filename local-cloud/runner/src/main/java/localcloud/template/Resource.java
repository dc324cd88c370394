package localcloud.template;

/**
 * One resource of the template that its condition lets exist.
 *
 * @param properties with the globals merged in, before or after the intrinsic functions were
 *     replaced
 */
record Resource(
    String logicalId, String type, SourceLocation place, TemplateNode.Fields properties) {
  PropertyReader props() {
    return new PropertyReader(logicalId, properties);
  }

  boolean is(String wanted) {
    return type.equals(wanted);
  }

  Resource with(TemplateNode.Fields others) {
    return new Resource(logicalId, type, place, others);
  }
}
