package orders.packaging;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Every form that what is rewritten takes in a class file, and what each gives. */
public final class Samples extends Base implements Named, Serializable {
  private static final long serialVersionUID = 1;

  private static final List<UnaryOperator<String>> OF_THE_CLASS = List.of(text -> text + "!");

  private final String prefix;

  Samples(String prefix) {
    this.prefix = prefix;
  }

  private Samples(int number) {
    this("number " + number);
  }

  /** Wider than what it is given. */
  private interface Widening {
    double of(int value);
  }

  /** Boxed on one side only. */
  private interface Boxing {
    Object of(long value);
  }

  private record Point(int x, long y) {
    private static Point mirrored(Point of) {
      return new Point((int) of.y, of.x);
    }
  }

  /** Asks for its own kind. */
  private sealed interface Shape {
    default String kind() {
      return switch (this) {
        case Circle circle -> "circle " + circle.radius();
        case Square square -> "square " + square.side();
      };
    }
  }

  private record Circle(int radius) implements Shape {}

  private record Square(int side) implements Shape {}

  /** Hands a lambda to the constructor above its own. */
  private static final class Next extends Step {
    Next() {
      super(number -> number + 1);
    }
  }

  private static class Step {
    private final UnaryOperator<Integer> by;

    Step(UnaryOperator<Integer> by) {
      this.by = by;
    }
  }

  /** Returns what each form gave; the same whether its class was rewritten or not. */
  public static List<String> results() throws Exception {
    List<String> results = new ArrayList<>();
    new Samples("a").instance(results);
    statics(results);
    primitives(results);
    switches(results);
    return results;
  }

  @Override
  public String name() {
    return prefix;
  }

  @Override
  protected String base() {
    return "overridden";
  }

  private void instance(List<String> results) throws Exception {
    Supplier<String> ofThis = () -> prefix;
    results.add(ofThis.get());
    Supplier<String> privateBound = this::secret;
    results.add(privateBound.get());
    Function<Samples, String> privateUnbound = Samples::secret;
    results.add(privateUnbound.apply(new Samples("b")));
    Supplier<String> ofSuper = super::base;
    results.add(ofSuper.get());
    Supplier<String> own = this::base;
    results.add(own.get());
    results.add(greeting().get());
    results.add(loud().call());
    IntFunction<Samples> privateConstructor = Samples::new;
    results.add(privateConstructor.apply(7).prefix);
    Supplier<Supplier<String>> nested = () -> () -> prefix + secret();
    results.add(nested.get().get());
    Supplier<String> serializable = (Supplier<String> & Serializable) () -> prefix;
    results.add(copy(serializable).get());
  }

  private static void statics(List<String> results) {
    results.add(OF_THE_CLASS.get(0).apply("static"));
    Supplier<String> nothing = () -> "nothing";
    results.add(nothing.get());
    Function<String, String> privateStatic = Samples::twice;
    results.add(privateStatic.apply("x"));
    UnaryOperator<Point> nestMates = Point::mirrored;
    results.add(nestMates.apply(new Point(1, 2)).toString());
    Function<Object, String> publicStatic = String::valueOf;
    results.add(publicStatic.apply(List.of(1)));
    Function<String, Integer> unbound = String::length;
    results.add(unbound.apply("four").toString());
    Supplier<List<String>> constructor = ArrayList::new;
    results.add(constructor.get().toString());
    IntFunction<String[]> array = String[]::new;
    results.add(Integer.toString(array.apply(3).length));
    Consumer<String> discarding = results::add;
    discarding.accept("discarding");
    Consumer<Point> discardingTwoWords = Point::y;
    discardingTwoWords.accept(new Point(1, 2));
    BiFunction<String, Integer, Character> two = String::charAt;
    results.add(two.apply("text", 2).toString());
    results.add(((Step) new Next()).by.apply(40).toString());
  }

  private static void primitives(List<String> results) {
    byte b = 1;
    short s = 2;
    char c = 'c';
    int i = 3;
    long l = 4;
    float f = 5.5f;
    double d = 6.5;
    boolean z = true;
    Supplier<String> all = () -> b + " " + s + " " + c + " " + i + " " + l + " " + f + " " + d + z;
    results.add(all.get());
    ToLongFunction<Integer> unboxedAndWidened = Integer::intValue;
    results.add(Long.toString(unboxedAndWidened.applyAsLong(8)));
    ToDoubleFunction<Long> longToDouble = Long::longValue;
    results.add(Double.toString(longToDouble.applyAsDouble(9L)));
    ToDoubleFunction<Float> floatToDouble = Float::floatValue;
    results.add(Double.toString(floatToDouble.applyAsDouble(1.5f)));
    ToLongFunction<String> erased = Map.of("a", 16)::get;
    results.add(Long.toString(erased.applyAsLong("a")));
    ToDoubleFunction<String> erasedToDouble = Map.of("a", 17)::get;
    results.add(Double.toString(erasedToDouble.applyAsDouble("a")));
    IntPredicate erasedToBoolean = Map.of(18, true)::get;
    results.add(Boolean.toString(erasedToBoolean.test(18)));
    ToIntFunction<Point> primitive = Point::x;
    results.add(Integer.toString(primitive.applyAsInt(new Point(10, 11))));
    IntToLongFunction intToLong = Math::abs;
    results.add(Long.toString(intToLong.applyAsLong(-12)));
    Widening widening = Math::sqrt;
    results.add(Double.toString(widening.of(16)));
    Boxing boxing = Long::valueOf;
    results.add(boxing.of(13).toString());
    Boxing boxed = Samples::describe;
    results.add(boxed.of(14).toString());
    DoubleUnaryOperator doubles = value -> value * d;
    results.add(Double.toString(doubles.applyAsDouble(2)));
    BiFunction<Long, Double, Object> boxes = Samples::sum;
    results.add(boxes.apply(15L, 0.5).toString());
  }

  private static void switches(List<String> results) {
    results.add(new Circle(1).kind());
    results.add(new Square(2).kind());
    for (Object value :
        new Object[] {-3, 0, 3, "text", 4L, List.of(), new int[] {5}, new Square(6), 1.5}) {
      results.add(described(value));
      results.add(mixed(described(value)));
    }
    results.add(described(null));
  }

  private static String described(Object value) {
    return switch (value) {
      case null -> "none";
      case Integer number when number < 0 -> "negative";
      case Integer number when number > 0 -> "positive";
      case Integer number -> "number " + number;
      case CharSequence text -> "text of " + text.length();
      case int[] numbers -> "numbers from " + numbers[0];
      case Shape shape -> shape.kind();
      case Number number -> "some " + number.intValue();
      default -> "something";
    };
  }

  private static String mixed(String value) {
    return switch (value) {
      case "negative" -> "empty";
      case String text when text.length() > 3 -> "long";
      case String text -> text;
    };
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  private static String describe(Long value) {
    return "boxed " + value;
  }

  private static double sum(long left, double right) {
    return left + right;
  }

  private static String twice(String text) {
    return text + text;
  }

  private String secret() {
    return "secret of " + prefix;
  }
}

/** A class above, with a method that can be reached as it stood. */
class Base {
  protected String base() {
    return "base";
  }
}

/** An interface with lambdas and a private method of its own. */
interface Named {
  String name();

  default Supplier<String> greeting() {
    return () -> "I am " + name();
  }

  default Callable<String> loud() {
    return this::capitals;
  }

  private String capitals() {
    return name().toUpperCase(java.util.Locale.ROOT);
  }
}
