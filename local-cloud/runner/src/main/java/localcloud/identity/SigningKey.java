package localcloud.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.util.Optional;

/** Makes the issuer's key, or finds the one of an earlier run. */
final class SigningKey {
  private SigningKey() {}

  static RSAKey at(Optional<Path> file) throws IOException {
    try {
      if (file.isPresent() && Files.exists(file.get())) {
        return RSAKey.parse(Files.readString(file.get()));
      }
      var key =
          new RSAKeyGenerator(2048)
              .keyUse(KeyUse.SIGNATURE)
              .algorithm(JWSAlgorithm.RS256)
              .keyIDFromThumbprint(true)
              .generate();
      if (file.isPresent()) {
        keep(key, file.get());
      }
      return key;
    } catch (ParseException broken) {
      throw new IOException(file.orElseThrow() + " holds no key: delete it", broken);
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void keep(RSAKey key, Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is no file");
    }
    Files.createDirectories(folder);
    Path draft = folder.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
      Files.createFile(
          draft,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(draft);
    }
    Files.writeString(draft, key.toJSONString(), StandardOpenOption.TRUNCATE_EXISTING);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
