package orders.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;

class MethodsTest {
  private static final String SAMPLES = "orders/packaging/Samples";

  private final Methods methods = new Methods();

  @BeforeEach
  void add() throws IOException {
    for (String type : List.of(SAMPLES, "orders/packaging/Base", "orders/packaging/Named")) {
      try (InputStream in = MethodsTest.class.getResourceAsStream("/" + type + ".class")) {
        methods.add(in.readAllBytes());
      }
    }
  }

  @Test
  void public_methods_are_open_where_they_are_declared_and_inherited() {
    assertThat(isOpen(SAMPLES, "name", "()Ljava/lang/String;")).isTrue();
    assertThat(isOpen(SAMPLES, "loud", "()Ljava/util/concurrent/Callable;")).isTrue();
    assertThat(isOpen(SAMPLES, "hashCode", "()I")).isTrue();
    assertThat(isOpen("java/util/List", "size", "()I")).isTrue();
  }

  @Test
  void what_is_not_public_is_open_to_its_package_alone() {
    assertThat(isOpen(SAMPLES, "base", "()Ljava/lang/String;")).isTrue();
    assertThat(isOpen("orders/packaging/Base", "base", "()Ljava/lang/String;")).isTrue();
    assertThat(
            methods.isOpenToPackageOf(
                "orders/elsewhere/Sub",
                handle("orders/packaging/Base", "base", "()Ljava/lang/String;")))
        .isFalse();
    assertThat(isOpen(SAMPLES, "clone", "()Ljava/lang/Object;")).isFalse();
  }

  @Test
  void private_and_unknown_methods_are_not_open() {
    assertThat(isOpen(SAMPLES, "secret", "()Ljava/lang/String;")).isFalse();
    assertThat(isOpen(SAMPLES, "none", "()V")).isFalse();
    assertThat(isOpen("no/such/Type", "none", "()V")).isFalse();
    assertThat(isOpen("[I", "clone", "()Ljava/lang/Object;")).isFalse();
  }

  private boolean isOpen(String owner, String name, String type) {
    return methods.isOpenToPackageOf("orders/packaging/Host", handle(owner, name, type));
  }

  private static Handle handle(String owner, String name, String type) {
    return new Handle(Opcodes.H_INVOKEVIRTUAL, owner, name, type, false);
  }
}
