package orders.domain;

/**
 * A command that was decided, so that a repeated delivery is recognised.
 *
 * @param fingerprint of what it asked for
 * @param versionMet the order's version when it was decided; 0 if there was no order yet
 */
public record AppliedCommand(CommandId commandId, Fingerprint fingerprint, long versionMet) {}
