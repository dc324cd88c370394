package orders.domain;

import static orders.domain.OrderBuilder.anOrder;
import static orders.domain.OrderBuilder.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Currency;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValuesTest {
  private static final Currency EUR = Currency.getInstance("EUR");
  private static final Currency JPY = Currency.getInstance("JPY");

  @Test
  void money_adds_in_one_currency_only() {
    assertThat(new Money(EUR, 1).plus(new Money(EUR, 2))).isEqualTo(new Money(EUR, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Money(EUR, 1).plus(new Money(JPY, 2)));
  }

  @Test
  void money_never_wraps_around() {
    Money most = new Money(EUR, Long.MAX_VALUE);

    assertThatThrownBy(() -> most.plus(new Money(EUR, 1))).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> most.times(2)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void a_line_keeps_to_its_limits() {
    assertThat(line("A", 10_000, 1_000_000_000_000L).total().minorUnits())
        .isEqualTo(10_000_000_000_000_000L);
    assertThatIllegalArgumentException().isThrownBy(() -> line("A", 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> line("A", 10_001, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> line("A", 1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> line("A", 1, 1_000_000_000_001L));
  }

  @Test
  void an_order_keeps_to_its_limits() {
    OrderLine[] hundred =
        IntStream.range(0, 100).mapToObj(i -> line("A" + i, 1, 1)).toArray(OrderLine[]::new);
    OrderLine[] more =
        IntStream.range(0, 101).mapToObj(i -> line("A" + i, 1, 1)).toArray(OrderLine[]::new);

    assertThat(anOrder().lines(hundred).contents().total().minorUnits()).isEqualTo(100);
    assertThatIllegalArgumentException().isThrownBy(() -> anOrder().lines(more).contents());
    assertThatIllegalArgumentException().isThrownBy(() -> anOrder().lines().contents());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anOrder().lines(line("A", 1, 1), line("A", 2, 1)).contents());
  }

  @Test
  void the_total_stays_exact_for_every_json_reader() {
    OrderLine almost = line("A", 9007, 1_000_000_000_000L);

    assertThat(anOrder().lines(almost, line("B", 1, 199_254_740_991L)).contents().total())
        .isEqualTo(new Money(EUR, OrderContents.MAX_TOTAL));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> anOrder().lines(almost, line("B", 1, 199_254_740_992L)).contents());
  }

  @Test
  void metadata_is_kept_by_key() {
    OrderContents contents = anOrder().metadata("b", "2").metadata("a", "1").contents();

    assertThat(contents.metadata().keySet()).containsExactly("a", "b");
  }

  @Test
  void texts_know_their_alphabets() {
    assertThat(Text.isToken("aZ0._-", 6)).isTrue();
    assertThat(Text.isToken("a b", 6)).isFalse();
    assertThat(Text.isToken("", 6)).isFalse();
    assertThat(Text.isToken("toolong", 6)).isFalse();
    assertThat(Text.isPrintableAscii("a b~", 4)).isTrue();
    assertThat(Text.isPrintableAscii("ä", 4)).isFalse();
    assertThat(Text.length("🧥")).isEqualTo(1);
    assertThat(Text.composed("e\u0301")).isEqualTo("é");
  }

  @Test
  void a_text_holds_what_every_later_stage_can_write() {
    for (int c : new int[] {' ', '~', 0xA0, 0xD7FF, 0xE000, 0xFDD0, 0xFFFD, 0x10000, 0x1FFFE}) {
      assertThat(Text.isLine(Character.toString(c))).as("U+%04X", c).isTrue();
      assertThat(Text.isLines(Character.toString(c))).as("U+%04X", c).isTrue();
    }
    assertThat(Text.isLine(Character.toString(0x10FFFF))).isTrue();
    for (int c :
        new int[] {0, 8, 0xB, 0xC, 0xE, 0x1F, 0x7F, 0x9F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF}) {
      assertThat(Text.isLine(Character.toString(c))).as("U+%04X", c).isFalse();
      assertThat(Text.isLines(Character.toString(c))).as("U+%04X", c).isFalse();
    }
    for (String breaks : new String[] {"\t", "\n", "\r"}) {
      assertThat(Text.isLine(breaks)).isFalse();
      assertThat(Text.isLines(breaks)).isTrue();
    }
  }

  @Test
  void every_active_currency_is_one_that_the_jdk_knows() {
    for (String code : Currencies.activeCodes()) {
      if (isKnown(code)) {
        assertThat(Currencies.active(code)).isPresent();
      }
    }
    assertThat(Currencies.active("DEM")).isEmpty();
    assertThat(Currencies.active("eur")).isEmpty();
  }

  /** The newest codes are missing from older JDKs; the build's own has all but the very latest. */
  private static boolean isKnown(String code) {
    return Currency.getAvailableCurrencies().stream()
        .anyMatch(currency -> currency.getCurrencyCode().equals(code));
  }
}
