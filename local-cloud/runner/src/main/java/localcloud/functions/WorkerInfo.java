package localcloud.functions;

/**
 * One process of a function.
 *
 * @param function logical id
 * @param state {@code starting}, {@code idle} or {@code busy}
 * @param invocations how many it has answered
 * @param coldStartMillis from its start until it asked for work; 0 while starting
 */
public record WorkerInfo(
    String function, long pid, String state, long invocations, long coldStartMillis) {}
