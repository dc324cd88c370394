package orders.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.EnvironmentVariableCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * SDK clients that start fast and give up in time: nothing is looked for that the function's
 * environment does not say.
 *
 * <p>The endpoint is AWS's own, unless {@code AWS_ENDPOINT_URL_<SERVICE>} names another.
 */
public final class SdkClients {
  /**
   * The most tries of one call. Past the third, what is tried again is better tried by the queue or
   * the stream, which waits longer and holds no function meanwhile.
   */
  private static final int MAX_ATTEMPTS = 3;

  private static final int CONNECT_TIMEOUT_MILLIS = 2000;

  private final Environment environment;
  private final Duration callTimeout;
  private final Lazy<ScheduledExecutorService> timers;

  private SdkClients(Environment environment, Duration callTimeout) {
    this.environment = environment;
    this.callTimeout = callTimeout;
    this.timers = new Lazy<>(() -> timers(callTimeout));
  }

  /**
   * Returns a maker of clients.
   *
   * @param callTimeout the most that one call may take, all its tries and waits together: well
   *     inside the function's own timeout, so that it can still say what is unfinished
   */
  public static SdkClients of(Environment environment, Duration callTimeout) {
    return new SdkClients(environment, callTimeout);
  }

  /** Builds the client of a service. */
  public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder) {
    // Not by Duration's own division, which starts up the JDK's large numbers.
    Duration attemptTimeout = Duration.ofMillis(callTimeout.toMillis() / 2);
    return builder
        .region(Region.of(environment.required("AWS_REGION")))
        .credentialsProvider(credentials())
        .defaultsMode(DefaultsMode.STANDARD)
        .httpClient(UrlConnectionHttpClient.create(address -> connection(address, attemptTimeout)))
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(callTimeout)
                .apiCallAttemptTimeout(attemptTimeout)
                .scheduledExecutorService(timers.get())
                .defaultProfileFile(ProfileFile.aggregator().build())
                .retryStrategy(
                    AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(MAX_ATTEMPTS)
                        .backoffStrategy(
                            BackoffStrategy.exponentialDelay(
                                Duration.ofMillis(50), Duration.ofSeconds(1)))
                        .throttlingBackoffStrategy(
                            BackoffStrategy.exponentialDelay(
                                Duration.ofMillis(100), Duration.ofSeconds(2)))
                        .build())
                .build())
        .build();
  }

  /**
   * Makes what runs the timeouts of all clients. Each call sets two and cancels them. The SDK's own
   * wakes a thread for each, when it is set or when it would have been due; this one has a tick
   * that is always due sooner, so that a timeout wakes nobody unless it is one.
   */
  private static ScheduledExecutorService timers(Duration callTimeout) {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timeouts").factory());
    timers.setRemoveOnCancelPolicy(true);
    long tickMillis = callTimeout.toMillis() / 4;
    ScheduledFuture<?> unused =
        timers.scheduleWithFixedDelay(() -> {}, tickMillis, tickMillis, TimeUnit.MILLISECONDS);
    return timers;
  }

  /**
   * Opens a connection as the SDK's client does by itself, less what that prepares for TLS in each
   * client before it knows whether there will be any. The JDK prepares it once for all, when the
   * first connection needs it or {@link Primer} has it done.
   */
  private static HttpURLConnection connection(URI address, Duration readTimeout) {
    try {
      HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
      connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
      connection.setReadTimeout((int) readTimeout.toMillis());
      return connection;
    } catch (IOException impossible) {
      throw new UncheckedIOException("no address of a service: " + address, impossible);
    }
  }

  /**
   * Where this function's credentials are: the default chain would ask files, profiles and the
   * network for it. A function that starts from a snapshot has none in its environment, for they
   * would be old by then, but an address to fetch them from.
   */
  private AwsCredentialsProvider credentials() {
    return environment.orElse("AWS_ACCESS_KEY_ID", "").isEmpty()
        ? ContainerCredentialsProvider.create()
        : EnvironmentVariableCredentialsProvider.create();
  }

  /** Builds the client of a service that is not there: each call gets the same answer. */
  public <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C buildForPriming(
      B builder, String answer) {
    return builder
        .region(Region.of(environment.required("AWS_REGION")))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("priming", "priming")))
        .defaultsMode(DefaultsMode.STANDARD)
        .httpClient(new PrimingHttpClient(answer))
        .build();
  }
}
