package orders.benchmarks.scale;

/** List prices of us-east-1 in USD, without free tiers and discounts; edit to taste. */
final class Prices {
  static final double API_REQUEST = 1.00e-6;
  static final double LAMBDA_REQUEST = 0.20e-6;
  static final double LAMBDA_GB_SECOND = 0.0000133334; // arm64
  static final double SQS_REQUEST = 0.40e-6;
  static final double WRITE_UNIT = 0.625e-6;
  static final double READ_UNIT = 0.125e-6;
  static final double SNS_REQUEST = 0.50e-6;
  static final double LOG_GIGABYTE = 0.50;
  static final double STORED_GIGABYTE_MONTH = 0.25 + 0.20; // table, and point-in-time recovery

  private Prices() {}
}
