package localcloud.cli;

/** Ends a command with exit code 1; its message says in one line what is wrong and what to do. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }
}
