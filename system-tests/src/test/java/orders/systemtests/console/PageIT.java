package orders.systemtests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import localcloud.LocalCloud;
import localcloud.junit.RunTemplate;
import orders.domain.Currencies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every view: size, colours, accessibility, secrets, money. */
@RunTemplate(instance = "console")
class PageIT extends ConsoleTest {
  private static final int FIRST_VIEW_BYTES = 150 * 1024;

  PageIT(LocalCloud cloud) {
    super(cloud);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#/orders", "#/new", "#/pipeline"})
  void anyone_can_use_each_view_in_the_light_in_the_dark_and_on_a_phone(String view)
      throws Exception {
    String id = place("alice", aReference());
    awaitStatus(id, "PLACED");
    signIn("office");
    browser.view(view.equals("#/orders") ? "#/orders/" + id : view);
    browser.see(view.equals("#/orders") ? PANEL_PLACED : "main h1");
    if (view.equals("#/pipeline")) {
      browser.see(".flow");
    }
    for (boolean dark : List.of(false, true)) {
      for (boolean phone : List.of(false, true)) {
        browser.dark(dark);
        browser.size(phone);
        assertThat(browser.violations()).as("%s dark %s phone %s", view, dark, phone).isEmpty();
        assertThat(
                (Boolean) browser.run("return document.documentElement.scrollWidth <= innerWidth"))
            .as("%s fits, phone %s", view, phone)
            .isTrue();
        String form = (phone ? "phone" : "wide") + '-' + (dark ? "dark" : "light");
        browser.screenshot(view.substring(2) + '-' + form);
      }
    }
  }

  @Test
  void the_first_view_is_small_and_needs_nobody_else() {
    browser.open(console());
    browser.see(".welcome");

    long bytes =
        ((Number)
                browser.run(
                    """
                    return [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')]
                      .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)\
                    """))
            .longValue();
    assertThat(bytes).isBetween(10_000L, (long) FIRST_VIEW_BYTES);
    assertThat(
            (Boolean)
                browser.run(
                    "return performance.getEntriesByType('resource').every(({name}) =>"
                        + " name.startsWith(location.origin))"))
        .isTrue();
    assertThat(browser.violations()).isEmpty();
    browser.screenshot("welcome");
  }

  @Test
  void tokens_are_in_memory_alone() {
    signIn("alice");

    assertThat(
            browser
                .run(
                    "return JSON.stringify([{...localStorage}, {...sessionStorage},"
                        + " document.cookie, location.href])")
                .toString())
        .doesNotContain("eyJ")
        .doesNotContain("code=")
        .doesNotContain("verifier");
  }

  @Test
  @SuppressWarnings("unchecked")
  void money_has_the_decimals_of_iso_4217_as_the_api_has() {
    browser.open(console());
    Map<String, Long> expected = new TreeMap<>();
    for (Currency currency : Currency.getAvailableCurrencies()) {
      if (currency.getDefaultFractionDigits() >= 0) {
        expected.put(currency.getCurrencyCode(), (long) currency.getDefaultFractionDigits());
      }
    }
    // No longer active, so that no order is in them.
    expected
        .keySet()
        .removeAll(
            Set.of(
                "ADP", "BEF", "BYB", "BYR", "ESP", "GRD", "GWP", "ITL", "LUF", "MGF", "PTE", "ROL",
                "TPE", "TRL"));

    Map<String, Long> actual =
        (Map<String, Long>)
            browser.run(
                """
                const { exponent } = await import('./app/money.js');
                return Object.fromEntries(arguments_[0].map((code) => [code, exponent(code)]));\
                """,
                List.copyOf(expected.keySet()));

    assertThat(new TreeMap<>(actual)).isEqualTo(expected);
    assertThat(
            browser.run(
                """
                const { decimal, parse } = await import('./app/money.js');
                const { CURRENCIES, COUNTRIES } = await import('./app/codes.js');
                const read = (...typed) => parse(...typed).minorUnits ?? null;
                return [decimal(9007199254740991, 'EUR'), decimal(5, 'BHD'), read('78,89', 'EUR', 'en'), read('78.8999', 'EUR', 'en'),
                  read('500', 'JPY', 'en'), read('-1', 'EUR', 'en'), read('1,500', 'EUR', 'en'), read('1.500', 'EUR', 'de'),
                  read('1.234,56', 'EUR', 'en'), read('1,234.56', 'EUR', 'de'), read('1.23', 'BHD', 'en'), read('1.234', 'BHD', 'en'),
                  read('1.234', 'BHD', 'de'), read('1,500', 'JPY', 'en'), read('1.500', 'JPY', 'en'), read("1\u2019500.25", 'CHF', 'de-CH'),
                  CURRENCIES.length, COUNTRIES.length].join()\
                """))
        .isEqualTo(
            "90071992547409.91,0.005,7889,,500,,,,123456,123456,1230,1234,,1500,,150025,%d,%d"
                .formatted(Currencies.activeCodes().size(), Locale.getISOCountries().length));
  }

  @Test
  void an_export_is_no_formula() {
    browser.open(console());

    assertThat(
            browser.run(
                """
                const { cell } = await import('./app/export.js');
                return ['=1+1', '@x', '+a', '-a', '  =1', 'a,"b"', 'plain', undefined].map(cell).join('|')\
                """))
        .isEqualTo("'=1+1|'@x|'+a|'-a|'  =1|\"a,\"\"b\"\"\"|plain|");
  }
}
