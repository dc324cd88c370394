package localcloud.template;

/**
 * Where something stands in a file.
 *
 * @param file the file as its user knows it
 * @param line counted from 1
 */
record SourceLocation(String file, int line) {
  @Override
  public String toString() {
    return file + ":" + line;
  }
}
